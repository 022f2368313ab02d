"""Writes the structure of a document into its file (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

from exporters.pages.objects import Objects, name, references, string, text
from exporters.pages.tags import HEADINGS, ROLE_MAP, Element

_BRANCHES = 64  # kids of one node of a tree of names or numbers, so that readers find a place in few steps

type Owners = Element | Sequence[Element]
"""What an annotation belongs to, or the marked contents of a page in the order of their numbers."""


def write(objects: Objects, root: Element, pages: Sequence[int], owners: Sequence[Owners]) -> int:
    """Writes the elements below a root that have something to show. Gives the number of the tree; 0 if there are none.

    `pages` are the objects of the pages; `owners` are numbered as /StructParents and /StructParent say.
    """
    elements = _drawn(root)
    if not elements:
        return 0
    _level_headings(root)
    tree = objects.reserve()
    # Those of one role in one role stand together, for what is alike packs better: a book with them gets 3 % smaller.
    _, *below = elements
    below.sort(key=attrgetter("parent.role"))
    below.sort(key=attrgetter("role"))
    elements = [root, *below]
    for element in elements:
        element.number = objects.reserve()
    ids: list[tuple[bytes, int]] = []
    for element in elements:
        if element.role == "Note" and not element.id:
            element.id = f"note-{element.number}"  # PDF/UA-1, 7.9, wants one
        if element.id:
            ids.append((element.id.encode(errors="replace"), element.number))
        parent = element.parent.number if element.parent and element is not root else tree
        objects.put_alike(element.number, _element(element, parent, pages))
    parent_tree = number_tree(objects, ((key, _owner(objects, owner)) for key, owner in enumerate(owners)))
    mapped = " ".join(f"/{role} /{usual}" for role, usual in ROLE_MAP.items())
    entries = f"/K [{root.number} 0 R] /ParentTree {parent_tree} 0 R /ParentTreeNextKey {len(owners)}"
    if ids:
        entries += f" /IDTree {name_tree(objects, ((id, f'{number} 0 R') for id, number in ids))} 0 R"
    objects.put(tree, f"<< /Type /StructTreeRoot {entries} /RoleMap << {mapped} >> >>")
    return tree


def name_tree(objects: Objects, values: Iterable[tuple[bytes, str]]) -> int:
    """Writes a tree of values by name (ISO 32000-1, 7.9.6). Of several with one name, the first counts."""
    named: dict[bytes, str] = {}
    for key, value in values:
        named.setdefault(key, value)
    return _tree(objects, "Names", [(string(key), value) for key, value in sorted(named.items())])


def number_tree(objects: Objects, values: Iterable[tuple[int, str]]) -> int:
    """Writes a tree of values by number, which must ascend (ISO 32000-1, 7.9.7)."""
    return _tree(objects, "Nums", [(str(key), value) for key, value in values])


def _tree(objects: Objects, kind: str, leaves: list[tuple[str, str]]) -> int:
    if len(leaves) <= _BRANCHES:
        return objects.add(f"<< /{kind} [{' '.join(f'{key} {value}' for key, value in leaves)}] >>")
    level: list[tuple[str, str, int]] = []  # the first and the last key below a node
    for start in range(0, len(leaves), _BRANCHES):
        below = leaves[start : start + _BRANCHES]
        listed = " ".join(f"{key} {value}" for key, value in below)
        first, last = below[0][0], below[-1][0]
        level.append((first, last, objects.add(f"<< /Limits [{first} {last}] /{kind} [{listed}] >>")))
    while len(level) > _BRANCHES:
        level = [_branch(objects, level[at : at + _BRANCHES]) for at in range(0, len(level), _BRANCHES)]
    return objects.add(f"<< /Kids {references(node for _, _, node in level)} >>")


def _branch(objects: Objects, below: list[tuple[str, str, int]]) -> tuple[str, str, int]:
    first, last = below[0][0], below[-1][1]
    return first, last, objects.add(f"<< /Limits [{first} {last}] /Kids {references(node for _, _, node in below)} >>")


def _drawn(root: Element) -> list[Element]:
    """The elements that show something, or have one below them that does, parents first. Takes the others away.

    Cells stay, even empty ones, for a table without them would have other columns.
    """
    elements = [root]
    for element in elements:  # which grows while it is walked, for the tree may be of any depth
        for kid in element.kids or ():
            if isinstance(kid, Element):
                kid.parent = element  # which those do not know that were made before it, as the notes are
                elements.append(kid)
    for element in reversed(elements):
        if element.kids:
            element.kids = [kid for kid in element.kids if not isinstance(kid, Element) or _counts(kid)]
    return [element for element in elements if _counts(element)]


def _level_headings(root: Element) -> None:
    """Lets no heading be more than a level below the one before it (ISO 14289-1, 7.4.2)."""
    level = 0
    stack = [root]
    while stack:
        element = stack.pop()
        if element.role in HEADINGS:
            level = min(HEADINGS.index(element.role), level) + 1
            element.role = HEADINGS[level - 1]
        stack += [kid for kid in reversed(element.kids or ()) if isinstance(kid, Element)]


def _counts(element: Element) -> bool:
    return bool(element.kids) or element.role in ("TD", "TH")


def _element(element: Element, parent: int, pages: Sequence[int]) -> str:
    # What differs from element to element stands first, for all else is then one with the beginning of the next.
    kids = element.kids or ()
    if len(kids) == 1 and isinstance(kids[0], tuple):  # as two of three have
        page, content = kids[0]
        held, shown_on = f"/K {content}", pages[page - 1]
    else:
        held, shown_on = _kids(kids, pages)
    entries = f"{held}/P {parent} 0 R"
    if shown_on:
        entries += f"/Pg {shown_on} 0 R"
    entries += f"/S/{element.role}"
    if element.id:
        entries += f"/ID{string(element.id.encode(errors='replace'))}"
    if element.attributes:
        entries += f"/A{_attributes(element)}"
    if element.alt:
        entries += f"/Alt{text(element.alt)}"
    if element.actual_text:
        entries += f"/ActualText{text(element.actual_text)}"
    if element.lang:
        entries += f"/Lang{text(element.lang)}"
    return f"<<{entries}>>"


def _kids(kids: Sequence[Element | tuple[int, int] | int], pages: Sequence[int]) -> tuple[str, int]:
    """The kids, and the page of the first marked content, which those on the same page need not name again."""
    first = 0
    written = []
    for kid in kids:
        match kid:
            case Element():
                written.append(f"{kid.number} 0 R")
            case (page, content):
                first = first or pages[page - 1]
                if pages[page - 1] == first:
                    written.append(str(content))
                else:
                    written.append(f"<</Type/MCR/Pg {pages[page - 1]} 0 R/MCID {content}>>")
            case int():
                written.append(f"<</Type/OBJR/Obj {kid} 0 R>>")
    return f"/K[{' '.join(written)}]", first


def _attributes(element: Element) -> str:
    owned = [
        f"<</O/{owner}{''.join(f'{name(key)} {value}' for key, value in values.items())}>>"
        for owner, values in element.attributes.items()
    ]
    return owned[0] if len(owned) == 1 else f"[{' '.join(owned)}]"


def _owner(objects: Objects, owners: Owners) -> str:
    if isinstance(owners, Element):
        return _reference(owners)
    number = objects.reserve()
    objects.put_alike(number, f"[{' '.join(map(_reference, owners))}]")
    return f"{number} 0 R"


def _reference(element: Element) -> str:
    return f"{element.number} 0 R" if element.number else "null"
