"""A small sound knowledge base on disk, with one of everything that can be cited."""

from __future__ import annotations

import shutil
from pathlib import Path

SOUND = Path(__file__).parents[1] / "knowledge" / "sound"

MORE = """
agreements:
  - id: boendet
    name: Överenskommelse om boende
    short: Boendet
    level: rok
    statutory: false
    parties: regionen och kommunerna
    decisions:
      - id: boendet-2022
        decided: 2022-05
        by: Rådet
        says: Rådet sade ja till boendet, och det gäller från nästa år.
        valid_from: 2023-01-01
        sources:
          - {source: texten, locator: avsnitt 9}
    adoptions:
      - party: Norrby
        decided: 2022-06
        says: Norrby antog den i juni.
        sources:
          - {source: texten, locator: avsnitt 9}
      - party: Söderby
        says: Det framgår inte när Söderby antog den.
        sources:
          - {source: texten, locator: avsnitt 9}
local:
  - id: lok/soderby/2022
    municipality: soderby
    agreement: samarbetet
    observed: 2022-11
    status: ja
    status_says: Hösten 2022 fanns en överenskommelse i Söderby.
    notes:
      - topic: struktur
        says: En styrgrupp träffas varje termin.
      - topic: sip
        says: Planen skrivs tillsammans.
      - topic: struktur
        says: En arbetsgrupp möts varje månad.
      - topic: ovrigt
        says: Ett ärende med en familj beskrevs utförligt.
        editors_only: true
    sources:
      - {source: texten, locator: enkäten}
facts:
  - id: plan/hemlig
    kind: topic
    about: [plan]
    lead: Bara redaktörer ser detta underlag.
    observed: 2022-11
    editors_only: true
    sources:
      - {source: texten, locator: avsnitt 3}
"""


def region_in(folder: Path) -> Path:
    """Copy the sound knowledge into a folder, add what it lacks, and return the region's folder."""
    shutil.copytree(SOUND, folder, dirs_exist_ok=True)
    (folder / "provlandet" / "mer.yaml").write_text(MORE, "utf-8")
    return folder / "provlandet"


def change(region: Path, word: str) -> None:
    """Change the knowledge so that its revision becomes another."""
    path = region / "mer.yaml"
    path.write_text(path.read_text("utf-8").replace("Planen skrivs", f"Planen {word} skrivs"), "utf-8")


def break_(region: Path) -> None:
    """Make a mistake in the knowledge."""
    with (region / "topics.yaml").open("a", encoding="utf-8") as file:
        file.write("\nfakta: []\n")
