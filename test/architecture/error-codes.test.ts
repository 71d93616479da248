import ts from "typescript";
import { expect, test } from "vitest";
import { problems } from "denizen/problem";
import { moduleOf, modulesOf, parse, read } from "./modules.js";
import type { Module } from "./modules.js";

/** Types and functions whose first argument is a code. */
const MAKERS = new Set(["DomainError", "Invalid", "domainError", "invalid"]);

/** Where a module names a code: in a type, in a call that makes an error, or in an error written out. */
function codesIn({ path, text }: Module): readonly string[] {
  const codes: string[] = [];
  const literals = (node: ts.Node | undefined): void => {
    if (node === undefined) return;
    if (ts.isStringLiteral(node)) codes.push(node.text);
    else if (ts.isLiteralTypeNode(node)) literals(node.literal);
    else if (ts.isUnionTypeNode(node)) node.types.forEach(literals);
    else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(literals);
    else if (ts.isParenthesizedExpression(node)) literals(node.expression);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) && MAKERS.has(node.typeName.getText())) literals(node.typeArguments?.[0]);
    else if (ts.isCallExpression(node) && MAKERS.has(node.expression.getText())) literals(node.arguments[0]);
    else if (ts.isObjectLiteralExpression(node) && fieldOf(node, "message") !== undefined) literals(fieldOf(node, "code"));
    ts.forEachChild(node, visit);
  };
  visit(parse(path, text));
  return codes;
}

const fieldOf = (object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined =>
  object.properties.filter(ts.isPropertyAssignment).find((property) => property.name.getText() === name)?.initializer;

const codesOf = (modules: readonly Module[]): ReadonlySet<string> => new Set(modules.flatMap(codesIn));

/** The union as the compiler reads it. */
function unionOf(path: string, name: string): ReadonlySet<string> {
  const { config } = ts.parseConfigFileTextToJson("tsconfig.json", read("tsconfig.json")) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ".");
  const program = ts.createProgram([path], options);
  const file = program.getSourceFile(path);
  const alias = file?.statements.filter(ts.isTypeAliasDeclaration).find((statement) => statement.name.text === name);
  if (alias === undefined) throw new Error(`there is no type ${name} in ${path}`);
  const type = program.getTypeChecker().getTypeAtLocation(alias);
  return new Set((type.isUnion() ? type.types : [type]).map((member) => (member.isStringLiteral() ? member.value : "")));
}

const without = (codes: Iterable<string>, others: ReadonlySet<string>): readonly string[] =>
  [...codes].filter((code) => !others.has(code)).sort();

const modules = modulesOf("src", "adapters");
// What is no error at all has no code in the core; `denizen/problem` has one for it.
const named = new Set(without(codesOf(modules), new Set(["internal-error"])));
const union = unionOf("src/error-code.ts", "ErrorCode");

test("every code of the sources and the adapters is in ErrorCode", () => {
  expect(named.size).toBeGreaterThan(60);
  expect(without(named, union)).toEqual([]);
});

test("every code in ErrorCode is in the sources", () => {
  expect(without(union, named)).toEqual([]);
});

test("denizen/problem has exactly these, and one for everything else", () => {
  expect(Object.keys(problems).sort()).toEqual([...union, "internal-error"].sort());
});

test.each([
  'export type Probe = DomainError<"probe">;',
  'export type Probe = DomainError<"probe"> & { readonly reason: string };',
  'type Probe = DomainError<"email-taken" | "probe">;',
  'type Probe = Invalid<"probe", "too-long">;',
  'const probe = () => err(domainError("probe", "a sentence", { kind: "email" }));',
  'const probe = domainError(is ? "email-taken" : "probe", "a sentence");',
  'const probe = invalid("probe", SENTENCES, "too-long");',
  'const probe = err({ code: "probe", message: "a sentence" });',
])("%s is found when the union lacks it", (text) => {
  expect(without(codesOf([moduleOf("src/probe.ts", text)]), union)).toEqual(["probe"]);
});

test("a code that nothing answers any more is found", () => {
  const fewer = modules.filter(({ path }) => path !== "src/ports/breach-check.ts" && path !== "src/users/password-policy.ts");
  expect(without(union, codesOf(fewer))).toEqual(["breach-check-unavailable"]);
});
