export { problem, defineProblems } from "./problem.js";
export { problemHeaders, problemMediaType } from "./headers.js";
export { problems } from "./problems.js";
export type { OwnProblems, ProblemType, ProblemTypes } from "./problem-type.js";
export type { Problem, ProblemOptions, ToProblem } from "./problem.js";
