"""As much of JSON Schema 2020-12 as the contract uses. An unknown keyword is an error: nothing passes unchecked."""
import re

TYPES = {"string": str, "object": dict, "array": list, "boolean": bool, "null": type(None)}
KNOWN = {"type", "properties", "required", "additionalProperties", "items", "enum", "const", "oneOf", "anyOf", "$ref", "format",
         "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "description"}
FORMATS = {"date-time": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", "date": r"^\d{4}-\d\d-\d\d$", "binary": ""}


def is_type(name, value):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def fits(contract, schema, value):
    try:
        check(contract, schema, value, "")
        return True
    except AssertionError:
        return False


def check(contract, schema, value, where):
    unknown = set(schema) - KNOWN
    assert not unknown, f"{where}: the schema uses {unknown}, which this check does not know"
    if "$ref" in schema:
        return check(contract, contract["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], value, where)
    for key, amount in (("oneOf", lambda n: n == 1), ("anyOf", lambda n: n >= 1)):
        if key in schema:
            assert amount(sum(fits(contract, s, value) for s in schema[key])), f"{where}: {value!r} fits not {key}"
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert any(is_type(t, value) for t in types), f"{where}: {value!r} is not {types}"
    if "enum" in schema:
        assert value in schema["enum"], f"{where}: {value!r} is not one of {schema['enum']}"
    if "const" in schema:
        assert value == schema["const"], f"{where}: {value!r} is not {schema['const']!r}"
    if isinstance(value, str):
        check_string(schema, value, where)
    if isinstance(value, dict):
        check_object(contract, schema, value, where)
    if isinstance(value, list):
        assert schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)), f"{where}: {len(value)} items"
        for i, item in enumerate(value):
            check(contract, schema.get("items", {}), item, f"{where}[{i}]")


def check_string(schema, value, where):
    assert schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)), f"{where}: length {len(value)}"
    if "pattern" in schema:
        assert re.search(schema["pattern"], value), f"{where}: {value!r} has not the form {schema['pattern']}"
    if "format" in schema:
        assert re.search(FORMATS[schema["format"]], value), f"{where}: {value!r} is no {schema['format']}"


def check_object(contract, schema, value, where):
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name in schema.get("required", []):
        assert name in value, f"{where}: {name} is missing in {sorted(value)}"
    for name, member in value.items():
        if name in properties:
            check(contract, properties[name], member, f"{where}.{name}")
        elif isinstance(others, dict):
            check(contract, others, member, f"{where}.{name}")
        else:
            assert others, f"{where}: {name} is not in the contract"
