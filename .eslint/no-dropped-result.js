/**
 * A neverthrow `Result` that nobody looks at is a failure that nobody hears of. Flags an expression statement whose value, awaited
 * or not, is or may be a `Result` or a `ResultAsync`; `void expression` says that it is meant.
 */
import { ESLintUtils } from "@typescript-eslint/utils";

const RESULTS = new Set(["Ok", "Err", "ResultAsync"]);

/** @param {import("typescript").Type} type */
function isResult(type) {
  if (type.isUnionOrIntersection()) return type.types.some(isResult);
  const symbol = type.getSymbol();
  if (symbol === undefined || !RESULTS.has(symbol.name)) return false;
  return (symbol.declarations ?? []).some((declaration) => /[\\/]neverthrow[\\/]/.test(declaration.getSourceFile().fileName));
}

export const noDroppedResult = ESLintUtils.RuleCreator.withoutDocs({
  name: "no-dropped-result",
  meta: {
    type: "problem",
    docs: { description: "a Result is looked at, returned or dropped with `void`" },
    messages: { dropped: "This Result is dropped, and its error with it: look at it, return it, or write `void` before it." },
    schema: [],
  },
  defaultOptions: [],
  create(context) {
    const services = ESLintUtils.getParserServices(context);
    return {
      ExpressionStatement({ expression }) {
        // What an assignment gives is kept by its target.
        if (expression.type === "AssignmentExpression") return;
        if (isResult(services.getTypeAtLocation(expression))) context.report({ node: expression, messageId: "dropped" });
      },
    };
  },
});
