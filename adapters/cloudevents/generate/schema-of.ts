import ts from "typescript";

export type Schema = { readonly [keyword: string]: unknown };

/** JSON Schema (draft 2020-12) of what a TypeScript type is as JSON. Objects are open: a field that is added breaks nobody. */
export function schemaOf(type: ts.Type, checker: ts.TypeChecker): Schema {
  const of = (inner: ts.Type): Schema => schemaOf(inner, checker);
  if (type.aliasSymbol?.name === "Json") return {};
  if (type.flags & ts.TypeFlags.String) return { type: "string" };
  if (type.flags & ts.TypeFlags.Number) return { type: "number" };
  // Before unions: it is one, of true and false.
  if (type.flags & ts.TypeFlags.Boolean) return { type: "boolean" };
  if (type.flags & ts.TypeFlags.Null) return { type: "null" };
  if (type.isStringLiteral()) return { const: type.value };
  if (type.isUnion()) return union(type.types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined)).map(of));
  // A brand is its value and something that is never there.
  if (type.isIntersection() && type.types.some(({ flags }) => flags & ts.TypeFlags.String)) return titled(type, { type: "string" });
  if (checker.isArrayType(type)) return { type: "array", items: union(checker.getTypeArguments(type as ts.TypeReference).map(of)) };
  if (type.getStringIndexType() !== undefined) return { type: "object" };
  if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return titled(type, objectOf(type, checker));
  throw new Error(`there is no JSON for the type ${checker.typeToString(type)}`);
}

function objectOf(type: ts.Type, checker: ts.TypeChecker): Schema {
  // The compiler's own names begin so: symbols, as a brand's.
  const fields = checker.getPropertiesOfType(type).filter(({ escapedName }) => !String(escapedName).startsWith("__@"));
  const required = fields.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.name, { ...documentation(field, checker), ...fieldOf(field, checker) }])),
    ...(required.length > 0 ? { required } : {}),
  };
}

const fieldOf = (field: ts.Symbol, checker: ts.TypeChecker): Schema => schemaOf(checker.getTypeOfSymbol(field), checker);

/** What stands above a declaration, as its description. */
export function documentation(symbol: ts.Symbol, checker: ts.TypeChecker): Schema {
  const description = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\s+/g, " ");
  return description === "" ? {} : { description };
}

const titled = ({ aliasSymbol }: ts.Type, schema: Schema): Schema =>
  aliasSymbol === undefined ? schema : { title: aliasSymbol.name, ...schema };

/** Sorted, because the compiler orders unions by what else it has read. */
function union(schemas: readonly Schema[]): Schema {
  const [first = {}, ...others] = schemas;
  if (others.length === 0) return first;
  const constants = schemas.flatMap((schema) => ("const" in schema ? [String(schema["const"])] : [])).sort();
  const nullable = schemas.some(({ type }) => type === "null");
  if (constants.length + Number(nullable) === schemas.length) return { enum: [...constants, ...(nullable ? [null] : [])] };
  const [only, ...rest] = schemas.filter(({ type }) => type !== "null");
  if (only !== undefined && rest.length === 0 && typeof only["type"] === "string") return { ...only, type: [only["type"], "null"] };
  return { anyOf: [...schemas].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))) };
}
