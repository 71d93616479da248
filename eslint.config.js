import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import { noDroppedResult } from "./.eslint/no-dropped-result.js";

const WORLD = "comes in through a port of src/kernel (clock, ids, random, keys)";

/** Generated lists: no size to keep and nothing to read. */
const DATA = ["src/**/data/*"];

const NEVERTHROW = {
  name: "neverthrow",
  message: 'Import results from src/kernel/result.ts or "denizen": they leave out safeTry, which never closes its generator.',
};

export default defineConfig(
  globalIgnores([".data/", "dist/", "node_modules/", "coverage/", "test/**/fixtures/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.{ts,mts,cts}"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { denizen: { rules: { "no-dropped-result": noDroppedResult } } },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "denizen/no-dropped-result": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      // `ok(append(…))` is how a Result<void> is made.
      "@typescript-eslint/no-confusing-void-expression": "off",
      // A ResultAsync is a thenable: dropping one is dropping the failure in it.
      "@typescript-eslint/no-floating-promises": ["error", { checkThenables: true }],
      // Record<never, never> is meant: no aggregates, no attributes, no methods of the host's own.
      "@typescript-eslint/no-generated-empty-object-type": "off",
      // `[...text]` is by code points, as meant.
      "@typescript-eslint/no-misused-spread": ["error", { allow: ["string"] }],
      // The doors check what the types promise: JavaScript and JSON know no types.
      "@typescript-eslint/no-unnecessary-boolean-literal-compare": "off",
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-unnecessary-type-conversion": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // What was thrown is passed on as it came.
      "@typescript-eslint/prefer-promise-reject-errors": ["error", { allowThrowingUnknown: true }],
      // `async` also turns a throw into a rejection.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Ports are written with method syntax, and implemented by plain objects that use no `this`.
      "@typescript-eslint/unbound-method": "off",
      "no-restricted-imports": ["error", { paths: [NEVERTHROW] }],
    },
  },
  {
    files: ["src/**/*.ts", "adapters/**/*.ts"],
    ignores: DATA,
    rules: { "max-lines": ["error", { max: 300 }] },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/kernel/**"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...["crypto", "performance", "process", "Deno", "Bun"].map((name) => ({ name, message: `What it gives ${WORLD}.` })),
      ],
      "no-restricted-imports": [
        "error",
        {
          paths: [
            NEVERTHROW,
            ...["crypto", "os", "perf_hooks", "process"].flatMap((name) =>
              [name, `node:${name}`].map((path) => ({ name: path, message: `What it gives ${WORLD}.` })),
            ),
            { name: "uuidv7", message: `An id ${WORLD}.` },
          ],
        },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: `The time ${WORLD}.` },
        { selector: "CallExpression[callee.name='Date']", message: `The time ${WORLD}.` },
        { selector: "MemberExpression[object.name='Date'][property.name='now']", message: `The time ${WORLD}.` },
        { selector: "MemberExpression[object.name='Temporal'][property.name='Now']", message: `The time ${WORLD}.` },
        { selector: "MemberExpression[object.name='Math'][property.name='random']", message: `Randomness ${WORLD}.` },
        {
          selector: "MemberExpression[object.name='globalThis'][property.name=/^(crypto|performance|process|Deno|Bun)$/]",
          message: `What it gives ${WORLD}.`,
        },
        { selector: "MetaProperty[meta.name='import']", message: "No module asks where it lies." },
      ],
    },
  },
  {
    // The one place that names neverthrow: everything else takes what it re-exports.
    files: ["src/kernel/result.ts"],
    rules: { "no-restricted-imports": ["error", { paths: [{ ...NEVERTHROW, importNames: ["safeTry"] }] }] },
  },
  {
    // Tests hand in what the types forbid, and they end with an exception when an assumption does not hold.
    files: ["test/**/*.ts", "*.ts"],
    rules: {
      "@typescript-eslint/no-base-to-string": "off",
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/no-misused-spread": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/restrict-template-expressions": "off",
    },
  },
);
