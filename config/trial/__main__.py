"""`python -m config.trial COMMAND`, run by `bootstrap.py` in the virtual environment."""

import sys

from . import run, servers, shell, testing
from .places import open_places
from .terminal import StopRequested, TrialError, fail


def main(arguments: list[str]) -> int:
    command, *rest = arguments
    places = open_places()
    match command:
        case "run":
            return run.run_service(places)
        case "test":
            return testing.run_tests(places)
        case "bench":
            return testing.run_benchmarks(places)
        case "shell-env":
            return shell.print_shell_environment(places)
        case "down":
            return shell.stop_everything(places)
        case "own-servers":
            return servers.own_servers(places, rest)
    raise TrialError(f"There is no command {command!r}; `make help` lists them.")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except TrialError as error:
        sys.exit(fail(error))
    except StopRequested:
        sys.exit(130)
