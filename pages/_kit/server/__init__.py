"""The program behind the screens: routes, checks of every request, start and end of the process."""
