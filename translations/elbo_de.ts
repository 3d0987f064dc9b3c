<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>elbo::Translation</name>
    <message>
        <source>English</source>
        <comment>the name of this language in itself</comment>
        <translation>Deutsch</translation>
    </message>
</context>
</TS>
