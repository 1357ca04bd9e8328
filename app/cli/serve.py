"""Serve the app: migrate the database, build the index, and listen at the printed address."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--port", type=int, help="default: USTAZ_PORT or 8501")


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    from app.settings import Settings
    from app.ui.serving import serve

    return serve(Settings.from_env(), port=arguments.port)
