"""The program behind the screens: routes, guard, life of the process."""
