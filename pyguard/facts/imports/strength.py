"""How firmly a file reaches another, one number a step; the strength of a way is that of its weakest step.

`MODULE` happens whenever the file is imported. `GUARDED` too, but the file copes with an ImportError.
`INNER` happens when a function is called, and stays within one package: a program's own commands, mostly.
`CONDITIONAL` hangs on a test that is not settled here, or is a fallback. `LAZY` is a function's import of
another package. `PLUGIN` is a name in a text: a group of entry points, a module that may be loaded by it.
"""

MODULE, GUARDED, INNER, CONDITIONAL, LAZY, PLUGIN = range(6)
NAMES = ("import", "guarded import", "import by one of its functions", "conditional import", "lazy import",
         "plug-in")
