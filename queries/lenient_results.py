"""Codegen plugin: models of answers bear what plans and the gateway leave out.

[tool.ariadne-codegen.lenient-results]
required = ["SupPart.mpn", ...]     # fields of the schema without which an object is worth nothing

Every other field is Optional with the default None, lists are tuples, and the base is
`ResultModel`. A class that only spreads one fragment gives way to that fragment's own class.
Input models are left as they are.
"""

import ast
import re
from typing import Any

from ariadne_codegen import Plugin
from graphql import (
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    Node,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)


class LenientResultsPlugin(Plugin):
    """Holds the names that gave way, until the package's `__init__` has been written."""

    def __init__(self, schema: GraphQLSchema, config_dict: dict[str, Any]) -> None:
        super().__init__(schema, config_dict)
        section = config_dict["tool"]["ariadne-codegen"]["lenient-results"]
        self._required = frozenset(section["required"])
        self._collapsed: dict[str, str] = {}
        self._check_required()

    def process_name(self, name: str, node: Node | None = None) -> str:
        """Keep a digit with its letter: `has_3d_model`, not `has_3_d_model`."""
        return re.sub(r"_(\d)_d_", r"_\1d_", name)

    def generate_result_field(
        self,
        field_implementation: ast.AnnAssign,
        operation_definition: ExecutableDefinitionNode,
        field: FieldNode,
    ) -> ast.AnnAssign:
        """Make the field Optional with the default None, unless it is required."""
        place = f"{_parent_type(self.schema, operation_definition, field)}.{field.name.value}"
        bare = _tuples(_bare(field_implementation.annotation))
        if place in self._required:
            field_implementation.annotation = bare
            return field_implementation
        field_implementation.annotation = _subscript("Optional", bare)
        field_implementation.value = _none_by_default(field_implementation.value)
        return field_implementation

    def generate_result_class(
        self,
        class_def: ast.ClassDef,
        operation_definition: ExecutableDefinitionNode,
        selection_set: SelectionSetNode,
    ) -> ast.ClassDef:
        """Put the class on `ResultModel`."""
        for base in class_def.bases:
            if isinstance(base, ast.Name) and base.id == "BaseModel":
                base.id = "ResultModel"
        return class_def

    def generate_result_types_module(
        self, module: ast.Module, operation_definition: ExecutableDefinitionNode
    ) -> ast.Module:
        """Import `ResultModel` in the module of an operation."""
        return _import_result_model(module)

    def generate_fragments_module(
        self, module: ast.Module, fragments_definitions: dict[str, FragmentDefinitionNode]
    ) -> ast.Module:
        """Let classes that add nothing give way to their only base."""
        _check_overlaps(fragments_definitions)
        fragments = set(fragments_definitions)
        classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
        for node in classes:
            base = _only_base(node)
            if base in fragments and node.name not in fragments:
                self._collapsed[node.name] = base
        module.body = [node for node in module.body if _name_of(node) not in self._collapsed]
        _Renamed(self._collapsed).visit(module)
        return _import_result_model(module)

    def generate_init_module(self, module: ast.Module) -> ast.Module:
        """Take the names that gave way out of the package's own."""
        for node in module.body:
            if isinstance(node, ast.ImportFrom):
                node.names = [name for name in node.names if name.name not in self._collapsed]
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
                node.value.elts = [
                    name
                    for name in node.value.elts
                    if isinstance(name, ast.Constant) and name.value not in self._collapsed
                ]
        return module

    def _check_required(self) -> None:
        for place in self._required:
            type_name, _, field_name = place.partition(".")
            if field_name not in getattr(self.schema.type_map.get(type_name), "fields", {}):
                raise ValueError(f"lenient-results: the schema has no {place}")


class _Renamed(ast.NodeTransformer):
    """Writes the new name wherever an annotation has the old one.

    The generator writes a reference to a later class as a name in quotes; a fragment's class
    always comes earlier, so the new name needs none.
    """

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id.strip('"'), node.id)
        return node


def _parent_type(schema: GraphQLSchema, definition: Node, field: FieldNode) -> str:
    """The name of the type that the field is selected on."""
    type_info = TypeInfo(schema)
    found: list[str] = []

    class Finder(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            parent = type_info.get_parent_type()
            if node is field and parent is not None:
                found.append(parent.name)

    visit(definition, TypeInfoVisitor(type_info, Finder()))
    return found[0]


def _check_overlaps(fragments: dict[str, FragmentDefinitionNode]) -> None:
    """Refuse a fragment that selects an object again which it spreads: its class would lose fields."""
    for name, fragment in fragments.items():
        selections = fragment.selection_set.selections
        own = {
            _field_key(node)
            for node in selections
            if isinstance(node, FieldNode) and node.selection_set is not None
        }
        for node in selections:
            if isinstance(node, FragmentSpreadNode):
                twice = own & _all_fields(fragments, node.name.value)
                if twice:
                    raise ValueError(f"{name} selects {sorted(twice)} again: {node.name.value} has")


def _all_fields(fragments: dict[str, FragmentDefinitionNode], name: str) -> set[str]:
    found: set[str] = set()
    for node in fragments[name].selection_set.selections:
        if isinstance(node, FieldNode):
            found.add(_field_key(node))
        elif isinstance(node, FragmentSpreadNode):
            found |= _all_fields(fragments, node.name.value)
    return found


def _field_key(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def _bare(annotation: ast.expr) -> ast.expr:
    if isinstance(annotation, ast.Subscript) and _id(annotation.value) == "Optional":
        return annotation.slice
    return annotation


def _tuples(annotation: ast.expr) -> ast.expr:
    if not isinstance(annotation, ast.Subscript):
        return annotation
    if _id(annotation.value) in {"list", "List"}:
        entry = _tuples(annotation.slice)
        return _subscript("tuple", ast.Tuple(elts=[entry, ast.Constant(value=...)], ctx=ast.Load()))
    return _subscript(_id(annotation.value), _tuples(annotation.slice))


def _subscript(name: str, inner: ast.expr) -> ast.Subscript:
    return ast.Subscript(value=ast.Name(id=name, ctx=ast.Load()), slice=inner, ctx=ast.Load())


def _none_by_default(value: ast.expr | None) -> ast.expr:
    none = ast.Constant(value=None)
    if not isinstance(value, ast.Call):
        return none
    keywords = [keyword for keyword in value.keywords if keyword.arg != "default"]
    value.keywords = [*keywords, ast.keyword(arg="default", value=none)]
    return value


def _id(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _name_of(node: ast.stmt) -> str:
    """The class that a statement defines or rebuilds, else nothing."""
    match node:
        case ast.ClassDef(name=name):
            return name
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
            return name
        case _:
            return ""


def _only_base(node: ast.ClassDef) -> str:
    """The base of a class that adds nothing to it, else nothing."""
    adds_nothing = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
    return _id(node.bases[0]) if adds_nothing and len(node.bases) == 1 else ""


def _import_result_model(module: ast.Module) -> ast.Module:
    module.body[0:0] = ast.parse("from .result_model import ResultModel").body
    return ast.fix_missing_locations(module)
