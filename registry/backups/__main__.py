"""The command behind scripts/backup."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from registry.backups.copies import SUFFIX, check, make, open_backup, restore
from registry.backups.sealed import BackupError, read_header
from registry.configuration import Configuration, ConfigurationError, read_configuration
from registry.keys import KeyFolder, KeysUnavailable


def backup_folder(configuration: Configuration) -> Path:
    return configuration.instance / "backups"


@click.group()
def main() -> None:
    """Krypterede sikkerhedskopier, hver med sin egen nøgle."""


@main.command("make")
@click.option("--to", "folder", type=click.Path(path_type=Path), default=None, help="Mappen, kopien lægges i.")
def make_command(folder: Path | None) -> None:
    """Tag en kopi af hele databasen, og læs den igennem."""
    configuration = read_configuration()
    path = make(configuration, folder or backup_folder(configuration))
    click.echo(f"Kopien er taget og læst igennem: {path}")
    click.echo(f"Nøglen ligger i {configuration.keys_folder / 'backups'}: tag kopi af den mappe for sig.")


@main.command("list")
@click.option("--from", "folder", type=click.Path(path_type=Path), default=None, help="Mappen, der vises.")
def list_command(folder: Path | None) -> None:
    """Vis kopierne, og hvilke der kan åbnes."""
    configuration = read_configuration()
    known = {one.backup: one for one in KeyFolder(configuration.keys_folder).backup_keys()}
    paths = sorted((folder or backup_folder(configuration)).glob(f"*{SUFFIX}"))
    for path in paths:
        try:
            with open_backup(path) as file:
                header, _ = read_header(file)
        except BackupError as trouble:
            click.echo(f"beskadiget    {path.name}: {trouble}")
            continue
        key = known.get(header.backup)
        state = "ukendt nøgle" if key is None else "destrueret" if key.key is None else "kan åbnes"
        click.echo(f"{state:13} {path.name}: {header.engine}, {header.purpose or 'uden valg'}, {header.schema}")
    click.echo(f"{len(paths)} kopier.")


@main.command("check")
@click.argument("path", type=click.Path(path_type=Path))
def check_command(path: Path) -> None:
    """Læs en kopi igennem fra ende til anden."""
    header = check(read_configuration(), path)
    click.echo(f"Kopien er hel: {header.engine}, taget {header.made_at:%Y-%m-%d %H:%M} UTC.")


@main.command("restore")
@click.argument("path", type=click.Path(path_type=Path))
def restore_command(path: Path) -> None:
    """Læg en kopi på en tom plads. Alle bliver logget ud."""
    configuration = read_configuration()
    header = restore(configuration, path)
    click.echo(f"Kopien fra {header.made_at:%Y-%m-%d %H:%M} UTC er lagt ind. Alle er logget ud.")
    click.echo("Det, der er sket efter kopien, mangler: sammenlign loggen med papirerne, før valget går videre.")


if __name__ == "__main__":
    try:
        main(standalone_mode=False)
    except (BackupError, KeysUnavailable, ConfigurationError) as trouble:
        click.echo(str(trouble), err=True)
        sys.exit(1)
    except click.ClickException as trouble:
        trouble.show()
        sys.exit(trouble.exit_code)
