import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ClientErrorStatusCode, ServerErrorStatusCode } from "hono/utils/http-status";
import { domainError } from "denizen";
import type { DomainError } from "denizen";
import { defineProblems, problemHeaders, problemMediaType } from "denizen/problem";
import type { OwnProblems, Problem } from "denizen/problem";

export type FailureStatus = ClientErrorStatusCode | ServerErrorStatusCode;

/** Turns what went wrong into a response, in the shape that an API has for it. Never throws, and tells nothing of a fault. */
export type Fail = (c: Context, error: unknown) => Response;

export const bodyMalformed = domainError("body-malformed", "the body is not what its content type says");
export const bodyUnsupported = domainError("body-unsupported", "the body is of a media type that this route does not read");
export const bodyTooLarge = domainError("body-too-large", "the body is larger than this API reads");
export const routeUnknown = domainError("route-unknown", "no route has this method and path");

/** What Hono throws for a body that it cannot read; everything else that is thrown is a fault. */
export function thrown(error: unknown): unknown {
  const status = error instanceof HTTPException ? error.status : undefined;
  if (status === 400 || isCutOff(error)) return bodyMalformed;
  return status === 415 ? bodyUnsupported : error;
}

/** What Node throws for a body whose client has gone in the middle of it: nobody reads the answer, and it is no fault. */
const isCutOff = (error: unknown): boolean =>
  error instanceof Error && error.message === "aborted" && "code" in error && error.code === "ECONNRESET";

/** What a request fails with whose shape is another than its schema's: the first place where it is. */
export function invalidInput({ issues: [first] }: z.ZodError): DomainError<"invalid-argument"> {
  const argument = first?.path.map(String).join(".") ?? "";
  const reason = first?.message ?? "";
  return domainError("invalid-argument", `${argument} ${reason}`, { argument, reason });
}

/** Every error as a problem: denizen's, what HTTP itself can get wrong, and an app's own. */
export const problemsWith = <E extends DomainError = DomainError>(own: OwnProblems<E>) =>
  defineProblems({
    "body-malformed": { status: 400, title: "The body cannot be read" },
    "body-unsupported": { status: 415, title: "The body is of a kind that is not read here" },
    "body-too-large": { status: 413, title: "The body is too large" },
    "route-unknown": { status: 404, title: "There is nothing at this address" },
    ...own,
  });

/** How an API fails that speaks RFC 9457: every error as a problem, those of its own by their table. */
export function failures<E extends DomainError = DomainError>(own: OwnProblems<E>) {
  const toProblem = problemsWith(own);
  return (c: Context, error: unknown) => {
    const problem = toProblem(error);
    report(problem, error);
    return c.json<z.infer<typeof ProblemSchema>, FailureStatus>(problem, statusOf(problem), { ...problemHeaders(problem) });
  };
}

/** A fault is nobody's business but the operator's. */
export function report({ status }: Problem, error: unknown): void {
  if (status === 500) console.error(error);
}

/** The table of problems has statuses of failures alone. */
export const statusOf = ({ status }: Problem): FailureStatus => status as FailureStatus;

/** The body of every failure, for the OpenAPI document: RFC 9457. */
const ProblemSchema = z
  .object({ type: z.string(), title: z.string(), status: z.number(), code: z.string(), detail: z.string().optional() })
  .catchall(z.unknown())
  .openapi("Problem");

/** The responses of a route when it fails: those that are named, and that any other has the same shape. */
export const failing = (described: Descriptions = {}) => failingWith({ [problemMediaType]: { schema: ProblemSchema } } as const, described);

/** What a status means, said in the OpenAPI document. */
export type Descriptions = Readonly<Record<number, string>>;

export const failingWith = <Content>(content: Content, described: Descriptions): { readonly default: Described<Content> } => ({
  ...Object.fromEntries(Object.entries(described).map(([status, description]) => [status, { description, content }])),
  default: { description: "It was refused, or could not be done.", content },
});

interface Described<Content> {
  readonly description: string;
  readonly content: Content;
}
