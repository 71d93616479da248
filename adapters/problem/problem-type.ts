import type { DenizenError, DomainError } from "denizen";

/** What clients are told of one code. */
export interface ProblemType<Member extends string = string> {
  /** The HTTP status, 400 to 599. */
  readonly status: number;
  /** The same for every occurrence (RFC 9457 §3.1.3): nothing of this one is in it. */
  readonly title: string;
  /** Which of the error's members leave the house; none by default. `message` leaves as `detail`. */
  readonly shows?: readonly Member[];
}

/** What anything becomes that is no error with a code of the table. */
export type InternalError = DomainError<"internal-error">;

// RFC 9457 §3.1 has these for itself, and a cause is for the log.
type Kept = "type" | "title" | "status" | "detail" | "instance" | "code" | "cause";
type MemberOf<E> = E extends unknown ? Exclude<keyof E & string, Kept> : never;

/** One type of problem for every code of a union of errors, and for no other. */
export type ProblemTypes<E extends DomainError> = {
  readonly [Code in E["code"]]: ProblemType<MemberOf<Extract<E, { readonly code: Code }>>>;
};

type Ours = DenizenError | InternalError;
type Theirs<E> = Exclude<E, { readonly code: Ours["code"] }>;

/** A host's codes, all of them when it names the union of its errors; and, where it sees them differently, ours. */
export type OwnProblems<E extends DomainError> = Partial<ProblemTypes<Ours>> &
  (string extends E["code"] ? Readonly<Record<string, ProblemType>> : ProblemTypes<Theirs<E>>);
