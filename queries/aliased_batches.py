"""Codegen plugin: typed batch methods, the single-alias query file being their only source.

[tool.ariadne-codegen.aliased-batches]
MatchSupply = ["queries", ...]      # operation -> its variables that every alias has for itself

Such an operation is a query with one root field. For each the plugin writes into `batches.py` the
item of an alias and the `AliasedOperation`, and into the client a `<operation>_batch` method.
What is composed is checked against the schema here, for 1, 2 and 7 aliases. An operation that is
not named there is sent as it is written.
"""

import ast
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ariadne_codegen import Plugin
from ariadne_codegen.utils import format_code, str_to_snake_case
from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    validate,
    value_from_ast_untyped,
    visit,
)

_CHECKED_ALIAS_COUNTS = (1, 2, 7)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of an operation, in the words of GraphQL and of Python."""

    name: str
    declaration: str
    python_name: str
    annotation: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """An operation that may be repeated, cut into the pieces that a document is composed of."""

    name: str
    document: str
    template: str
    match: str
    items: tuple[Variable, ...]
    shared: tuple[Variable, ...]

    @property
    def constant(self) -> str:
        """MATCH_SUPPLY for MatchSupply."""
        return str_to_snake_case(self.name).upper()


class AliasedBatchesPlugin(Plugin):
    """Gathers the operations while they are generated, then writes what belongs to them."""

    def __init__(self, schema: GraphQLSchema, config_dict: dict[str, Any]) -> None:
        super().__init__(schema, config_dict)
        section = config_dict["tool"]["ariadne-codegen"]
        self._repeated: dict[str, list[str]] = section["aliased-batches"]
        self._package = Path(section["target_package_path"], section["target_package_name"])
        self._documents: dict[str, str] = {}
        self._batches: list[Batch] = []
        self._plain_count = 0

    def generate_operation_str(
        self, operation_str: str, operation_definition: ExecutableDefinitionNode
    ) -> str:
        """Remember the document of an operation."""
        assert operation_definition.name is not None
        self._documents[operation_definition.name.value] = operation_str
        return operation_str

    def generate_arguments(
        self,
        arguments: ast.arguments,
        variable_definitions: tuple[VariableDefinitionNode, ...],
    ) -> ast.arguments:
        """Everything after `self` by keyword; a variable with a default need not be given."""
        variables = _variables(arguments, variable_definitions)
        source = ", ".join(["*", *map(_parameter, variables)]) if variables else ""
        return _function(f"def method(self, {source}): ...").args

    def generate_client_method(
        self,
        method_def: ast.FunctionDef | ast.AsyncFunctionDef,
        operation_definition: OperationDefinitionNode,
    ) -> ast.FunctionDef | ast.AsyncFunctionDef:
        """Point a plain method to its document; cut an operation that is repeated into pieces."""
        assert operation_definition.name is not None
        if operation_definition.name.value not in self._repeated:
            return self._plain(method_def, operation_definition.name.value)
        batch = self._batch(operation_definition, method_def.args)
        self._batches.append(batch)
        return self._pointed(method_def, f"{batch.constant}.document")

    def _plain(
        self, method_def: ast.FunctionDef | ast.AsyncFunctionDef, name: str
    ) -> ast.FunctionDef | ast.AsyncFunctionDef:
        """A method of an operation that is sent as it is written."""
        self._plain_count += 1
        return self._pointed(method_def, f"DOCUMENTS[{name!r}]")

    @staticmethod
    def _pointed(
        method_def: ast.FunctionDef | ast.AsyncFunctionDef, source: str
    ) -> ast.FunctionDef | ast.AsyncFunctionDef:
        """The method with `source` for its document."""
        method_def.body = [node for node in method_def.body if not _assigns(node, "query")]
        for node in ast.walk(method_def):
            if isinstance(node, ast.Call):
                node.keywords = [keyword for keyword in node.keywords if keyword.arg is not None]
                for keyword in node.keywords:
                    if keyword.arg == "query":
                        keyword.value = ast.parse(source, mode="eval").body
        return ast.fix_missing_locations(method_def)

    def generate_client_module(self, module: ast.Module) -> ast.Module:
        """Add a batch method for each operation, and drop what nothing uses."""
        module.body = [node for node in module.body if not isinstance(node, ast.FunctionDef)]
        (client,) = (node for node in module.body if isinstance(node, ast.ClassDef))
        names: list[str] = []
        for batch in self._batches:
            client.body += ast.parse(_batch_method(batch)).body
            names += [batch.constant, f"{batch.name}Item", batch.match]
        module.body[0:0] = ast.parse(
            "from collections.abc import Sequence\n"
            f"from .batches import {', '.join(names[0::3] + names[1::3])}\n"
            f"from .fragments import {', '.join(names[2::3])}\n"
            "from .batch import BatchReply\n"
            + ("from .documents import DOCUMENTS\n" if self._plain_count else "")
        ).body
        return ast.fix_missing_locations(module)

    def generate_init_module(self, module: ast.Module) -> ast.Module:
        """Export what the package adds to that of the generator."""
        added = {
            "answer": ["GraphQLError", "Match", "NotGraphQL", "Reply", "Unsuccessful"],
            "base_client": ["Send"],
            "base_model": ["UNSET", "UnsetType"],
            "batch": [
                "AliasedOperation",
                "BatchReply",
                "BrokenMatch",
                "Drift",
                "collector_paused",
                "decode",
            ],
            "batches": [
                name for batch in self._batches for name in (batch.constant, f"{batch.name}Item")
            ],
            "documents": ["DOCUMENTS"],
            "result_model": ["ResultModel"],
        }
        imports = [f"from .{home} import {', '.join(names)}" for home, names in added.items()]
        module.body[0:0] = ast.parse("\n".join(imports)).body
        (exported,) = (node for node in module.body if isinstance(node, ast.Assign))
        assert isinstance(exported.value, ast.List)
        old = [node.value for node in exported.value.elts if isinstance(node, ast.Constant)]
        new = [name for names in added.values() for name in names]
        exported.value.elts = [ast.Constant(value=name) for name in sorted({*map(str, old), *new})]
        return ast.fix_missing_locations(module)

    def generate_files(self, generated_files: list[str]) -> list[str]:
        """Write `batches.py` and `documents.py`."""
        sources = {
            "batches.py": _batches_module(self._batches),
            "documents.py": _documents_module(self._documents),
        }
        for name, source in sources.items():
            (self._package / name).write_text(format_code(source), encoding="utf-8")
        return [*generated_files, *sources]

    def _batch(self, operation: OperationDefinitionNode, arguments: ast.arguments) -> Batch:
        assert operation.name is not None
        name = operation.name.value
        repeated = self._repeated[name]
        root = _root_field(operation)
        variables = _variables(arguments, operation.variable_definitions)
        batch = Batch(
            name=name,
            document=self._documents[name],
            template=_template(root, frozenset(repeated)),
            match=_spread(root),
            items=tuple(variable for variable in variables if variable.name in repeated),
            shared=tuple(variable for variable in variables if variable.name not in repeated),
        )
        self._check(batch)
        return batch

    def _check(self, batch: Batch) -> None:
        for alias_count in _CHECKED_ALIAS_COUNTS:
            document = _composed(batch, alias_count)
            if errors := validate(self.schema, document):
                reasons = "; ".join(error.message for error in errors)
                raise ValueError(f"{batch.name} under {alias_count} aliases: {reasons}")


class _Numbered(Visitor):
    """Gives each repeated variable the number of its alias."""

    def __init__(self, repeated: frozenset[str]) -> None:
        super().__init__()
        self._repeated = repeated

    def enter_variable(self, node: VariableNode, *_: object) -> VariableNode | None:
        if node.name.value not in self._repeated:
            return None
        return VariableNode(name=NameNode(value=f"{node.name.value}_NUMBER"))


def _root_field(operation: OperationDefinitionNode) -> FieldNode:
    selections = operation.selection_set.selections
    if operation.operation is not OperationType.QUERY or len(selections) != 1:
        raise ValueError(f"{operation.name}: only a query with one root field can be repeated")
    (root,) = selections
    assert isinstance(root, FieldNode)
    return root


def _spread(root: FieldNode) -> str:
    """The fragment that is all that the root field selects: the match model's name."""
    selections = root.selection_set.selections if root.selection_set else ()
    if len(selections) != 1 or not isinstance(selections[0], FragmentSpreadNode):
        raise ValueError(f"{root.name.value}: wants one fragment spread and nothing else")
    return selections[0].name.value


def _template(root: FieldNode, repeated: frozenset[str]) -> str:
    """The root field on one line, under the alias `b{i}`."""
    numbered = visit(root, _Numbered(repeated))
    one_line = " ".join(print_ast(numbered).split()).replace("( ", "(").replace(" )", ")")
    return "b{i}: " + one_line.replace("_NUMBER", "_{i}")


def _composed(batch: Batch, alias_count: int) -> DocumentNode:
    declared = [
        f"${variable.name}_{i}: {variable.declaration}"
        for i in range(alias_count)
        for variable in batch.items
    ]
    declared += [f"${variable.name}: {variable.declaration}" for variable in batch.shared]
    fields = " ".join(batch.template.replace("{i}", str(i)) for i in range(alias_count))
    _, _, fragments = batch.document.partition("\n\n")
    return parse(f"query {batch.name}({', '.join(declared)}) {{ {fields} }} {fragments}")


def _variables(
    arguments: ast.arguments, definitions: tuple[VariableDefinitionNode, ...]
) -> list[Variable]:
    """The variables in the order of the document."""
    annotations = {
        argument.arg: ast.unparse(argument.annotation)
        for argument in (*arguments.args, *arguments.kwonlyargs)
        if argument.annotation is not None
    }
    return [_variable(annotations, definition) for definition in definitions]


def _variable(annotations: dict[str, str], definition: VariableDefinitionNode) -> Variable:
    name = definition.variable.name.value
    python_name = str_to_snake_case(name)
    annotation = annotations[python_name]
    default = "UNSET" if annotation.startswith("Union[Optional[") else None
    if definition.default_value is not None:
        default = repr(value_from_ast_untyped(definition.default_value))
    return Variable(
        name=name,
        declaration=print_ast(definition).partition(": ")[2],
        python_name=python_name,
        annotation=annotation.replace("list[", "Sequence[", 1),
        default=default,
    )


def _parameter(variable: Variable) -> str:
    default = "" if variable.default is None else f" = {variable.default}"
    return f"{variable.python_name}: {variable.annotation}{default}"


def _item_field(variable: Variable) -> str:
    if variable.default is None:
        return f"    {variable.python_name}: {variable.annotation}"
    bare = variable.annotation.removeprefix("Union[").removesuffix(", UnsetType]")
    return f"    {variable.python_name}: Union[{bare}, UnsetType] = UNSET"


def _function(source: str) -> ast.FunctionDef:
    (node,) = ast.parse(source).body
    assert isinstance(node, ast.FunctionDef)
    return node


def _assigns(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == name for target in node.targets
    )


def _batch_method(batch: Batch) -> str:
    shared = "".join(f", {_parameter(variable)}" for variable in batch.shared)
    given = ", ".join(f"{variable.name!r}: {variable.python_name}" for variable in batch.shared)
    return f'''
async def {str_to_snake_case(batch.name)}_batch(
    self, items: Sequence[{batch.name}Item]{", *" if shared else ""}{shared}
) -> BatchReply[{batch.match}]:
    """`{batch.name}` once for each item, in one request. Raises NotGraphQL."""
    return await self.execute_batch(
        {batch.constant}, [item.variables() for item in items], {{{given}}}
    )
'''


def _batches_module(batches: list[Batch]) -> str:
    head = '''"""The operations that may be repeated under aliases, and what one alias of each asks."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional, Union
from pydantic import TypeAdapter
from .answer import Envelope
from .base_model import UNSET, UnsetType
from .batch import AliasedOperation
from .documents import DOCUMENTS
'''
    matches = ", ".join(batch.match for batch in batches)
    inputs = sorted({name for batch in batches for name in _input_types(batch)})
    imports = f"from .fragments import {matches}\nfrom .input_types import {', '.join(inputs)}\n"
    return head + imports + "".join(_batch_source(batch) for batch in batches)


def _input_types(batch: Batch) -> set[str]:
    """The input models that the items speak of: names in annotations that are no one else's."""
    others = {"Any", "Optional", "Sequence", "Union", "UnsetType", "bool", "float", "int", "str"}
    names = {
        node.id
        for variable in batch.items
        for node in ast.walk(ast.parse(variable.annotation))
        if isinstance(node, ast.Name)
    }
    return names - others


def _batch_source(batch: Batch) -> str:
    fields = "\n".join(map(_item_field, sorted(batch.items, key=lambda v: v.default is not None)))
    given = ", ".join(f"{variable.name!r}: self.{variable.python_name}" for variable in batch.items)
    return f'''
@dataclass(frozen=True, slots=True, kw_only=True)
class {batch.name}Item:
    """What one alias of `{batch.name}` asks; what is UNSET is not sent."""
{fields}

    def variables(self) -> dict[str, object]:
        """The variables of this alias, under their names in the query file."""
        return {{{given}}}

{batch.constant}: AliasedOperation[{batch.match}] = AliasedOperation(
    name={batch.name!r},
    document=DOCUMENTS[{batch.name!r}],
    fingerprint={hashlib.sha256(batch.document.encode()).hexdigest()[:16]!r},
    item_variables={tuple((variable.name, variable.declaration) for variable in batch.items)!r},
    shared_variables={tuple((variable.name, variable.declaration) for variable in batch.shared)!r},
    template={batch.template!r},
    model={batch.match},
    adapter=TypeAdapter(Envelope[{batch.match}]),
)
'''


def _documents_module(documents: dict[str, str]) -> str:
    entries = "".join(f'    {name!r}: """\\\n{text}""",\n' for name, text in documents.items())
    return f'''"""Every document as it is sent under one alias, by operation name."""
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

DOCUMENTS: Final[Mapping[str, str]] = MappingProxyType({{
{entries}}})
'''
