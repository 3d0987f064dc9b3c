// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/eye_dome_lighting.h"

#include <QtGui/QOpenGLContext>
#include <QtGui/QOpenGLFunctions>
#include <QtGui/QVector2D>

namespace elbo {

namespace {

/// One triangle that covers everything.
constexpr auto kVertex = R"(#version 150
void main()
{
    gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
})";

/// `nearness` is 1/z in perspective, which depth is linear in, and -z in a parallel view. A point that is
/// nearer than the mean of a pair is a ridge and stays light; limited, so that silhouettes do not turn black.
constexpr auto kFragment = R"(#version 150
uniform sampler2D colors;
uniform sampler2D depths;
uniform vec2 nearness;
uniform float comparedWith;
uniform float reach;
uniform ivec2 last;
out vec4 result;
float at(ivec2 place, float none)
{
    float depth = texelFetch(depths, clamp(place, ivec2(0), last), 0).r;
    return depth < 1.0 ? nearness.x + nearness.y * depth : none;
}
void main()
{
    ivec2 place = ivec2(gl_FragCoord.xy);
    vec3 color = texelFetch(colors, place, 0).rgb;
    float own = at(place, -1e30);
    if (own > -1e29) {
        float unit = 1.0 / (comparedWith > 0.0 ? comparedWith : own);
        int far = int(reach + 0.5), near = int(0.7 * reach + 0.5);
        ivec2 ways[4] = ivec2[4](ivec2(far, 0), ivec2(0, far), ivec2(near, near), ivec2(near, -near));
        float sum = 0.0;
        for (int i = 0; i < 4; ++i) {
            float rise = 0.5 * (at(place + ways[i], own) + at(place - ways[i], own)) - own;
            float share = clamp(rise * unit, 0.0, 0.03);
            sum += share * share / (share + 0.004);
        }
        color *= exp(-18.0 * sum);
    }
    result = vec4(color, 1.0);
})";

}  // namespace

bool EyeDomeLighting::draw(unsigned int color, unsigned int depth, const QSize& size, const View& view)
{
    if (!m_tried) {
        m_tried = true;
        m_works = m_program.addShaderFromSourceCode(QOpenGLShader::Vertex, kVertex) &&
                  m_program.addShaderFromSourceCode(QOpenGLShader::Fragment, kFragment) && m_program.link() &&
                  m_vertices.create();
    }
    if (!m_works) {
        return false;
    }
    const bool parallel = view.parallelDistance > 0;
    const QVector2D nearness = parallel ? QVector2D(static_cast<float>(-view.nearest),
                                                    static_cast<float>(view.nearest - view.farthest))
                                        : QVector2D(static_cast<float>(1 / view.nearest),
                                                    static_cast<float>(1 / view.farthest - 1 / view.nearest));
    auto* gl = QOpenGLContext::currentContext()->functions();
    gl->glDisable(GL_DEPTH_TEST);
    gl->glDisable(GL_BLEND);
    gl->glDisable(GL_SCISSOR_TEST);
    gl->glViewport(0, 0, size.width(), size.height());
    gl->glActiveTexture(GL_TEXTURE1);
    gl->glBindTexture(GL_TEXTURE_2D, depth);
    gl->glActiveTexture(GL_TEXTURE0);
    gl->glBindTexture(GL_TEXTURE_2D, color);
    m_program.bind();
    m_program.setUniformValue("colors", 0);
    m_program.setUniformValue("depths", 1);
    m_program.setUniformValue("nearness", nearness);
    m_program.setUniformValue("comparedWith", static_cast<float>(view.parallelDistance));
    m_program.setUniformValue("reach", static_cast<float>(view.reach));
    gl->glUniform2i(m_program.uniformLocation("last"), size.width() - 1, size.height() - 1);
    m_vertices.bind();
    gl->glDrawArrays(GL_TRIANGLES, 0, 3);
    m_vertices.release();
    m_program.release();
    gl->glActiveTexture(GL_TEXTURE1);
    gl->glBindTexture(GL_TEXTURE_2D, 0);
    gl->glActiveTexture(GL_TEXTURE0);
    gl->glBindTexture(GL_TEXTURE_2D, 0);
    return true;
}

}  // namespace elbo
