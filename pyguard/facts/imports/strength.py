"""How firmly a file reaches another, one number a step; the strength of a way is that of its weakest step.

`MODULE` happens whenever the file is imported. `GUARDED` too, but the file copes with an ImportError.
`INNER` happens when a function is called, and stays within one package: a program's own commands, mostly.
`NAMED` is a module of one's own that a text names, to be loaded by it. `CONDITIONAL` hangs on a test that is
not settled here, or is a fallback. `PLUGIN` is a group of entry points that a text names, or a directory of
modules that may be loaded. `LAZY` is a function's import of another package: what such a way leads to is not
said to be used, for almost everything is reached over some function of some library.
"""

MODULE, GUARDED, INNER, NAMED, CONDITIONAL, PLUGIN, LAZY = range(7)
NAMES = ("import", "guarded import", "import by one of its functions", "module it names",
         "conditional import", "plug-in", "lazy import")
