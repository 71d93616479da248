import { readFileSync, readdirSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** One import, re-export or `import()`: what it names, and whether anything of it is left at run time. */
export interface Import {
  /** A path from the root for a file of ours, `denizen…` as written, the package for everything else. */
  readonly to: string;
  readonly typeOnly: boolean;
}

export interface Module {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export const read = (path: string): string => readFileSync(ROOT + path, "utf8");

/** The TypeScript files under the folders, generated lists left out. */
export function modulesOf(...folders: readonly string[]): readonly Module[] {
  return folders
    .flatMap((folder) => readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" }).map((file) => posix.join(folder, file)))
    .filter((path) => path.endsWith(".ts") && !path.includes("/data/"))
    .sort()
    .map((path) => moduleOf(path, read(path)));
}

export function moduleOf(path: string, text: string): Module {
  const imports: Import[] = [];
  const add = (specifier: ts.Node, typeOnly: boolean): void => {
    if (ts.isStringLiteralLike(specifier)) imports.push({ to: resolve(path, specifier.text), typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0] !== undefined)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(parse(path, text));
  return { path, text, imports };
}

export const parse = (path: string, text: string): ts.SourceFile => ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, ".ts");
}
