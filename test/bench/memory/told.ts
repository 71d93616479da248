import { Application, Secret } from "denizen";
import { memory } from "denizen/memory";
import type { ChangeSet, CommitRecord, SessionStart, Store } from "denizen/ports";
import { noHashing, PASSWORD, unwrap } from "../subjects/subject.js";

/** What a store is told by one commit. */
export interface Told {
  readonly changes: ChangeSet;
  readonly record: CommitRecord;
}

/** What it is told of one person. */
export interface Story {
  /** Created, with a name and one e-mail. */
  readonly created: Told;
  /** The same one, renamed. */
  readonly renamed: Told;
  /** Signed up, with a password and an account. */
  readonly signedUp: Told;
  /** The session that begins with that. */
  readonly session: SessionStart;
}

const NUMBER = "0000000";

/** Listens while one person lives through it. */
export async function storyTold(): Promise<Story> {
  const [told, sessions]: [Told[], SessionStart[]] = [[], []];
  const listening = (store: Store): Store => ({
    ...store,
    commit: (changes, record) => {
      told.push({ changes, record });
      return store.commit(changes, record);
    },
    sessions: {
      ...store.sessions,
      start: (start) => {
        sessions.push(start);
        return store.sessions.start(start);
      },
    },
  });
  const person = { name: `Filled ${NUMBER}`, emails: [emailOf(NUMBER)] };
  {
    await using users = new Application({ store: listening(memory()) }).users();
    const user = unwrap(await users.create(person));
    unwrap(await users.save(user));
    unwrap(user.rename(`Renamed ${NUMBER}`));
    unwrap(await users.save(user));
  }
  const { commands } = new Application({ store: listening(memory()), passwordHasher: noHashing });
  unwrap(await commands.signUp({ ...person, password: PASSWORD }));
  const [created, renamed, signedUp] = told;
  const [session] = sessions;
  if (created === undefined || renamed === undefined || signedUp === undefined || session === undefined)
    throw new Error("nothing was told");
  return { created, renamed, signedUp, session };
}

/** The same of somebody else, of a number up to 9 999 999. */
export function toldOf<Part extends object>(part: Part, number: number): Part {
  const known = new Map<string, string>();
  const copy = (value: unknown): unknown => {
    if (typeof value === "string") return copyText(value, number, known);
    if (value instanceof Secret) return new Secret(inOnePiece(value.reveal()));
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== "object" || value === null) return value;
    const made: Record<string, unknown> = {};
    for (const name of Object.keys(value)) made[name] = copy(Reflect.get(value, name));
    return made;
  };
  // Whatever was told is data, and has the same shape again.
  return copy(part) as Part;
}

export const emailOf = (number: number | string): string => `filled.${String(number).padStart(NUMBER.length, "0")}@example.com`;

type Kind = "time" | "id or hash" | "numbered" | "of everybody";

/** What was told has few texts. */
const kinds = new Map<string, Kind>();

function kindOf(text: string): Kind {
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return "time";
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$|^[0-9a-f]{64}$/.test(text)) return "id or hash";
  return text.includes(NUMBER) ? "numbered" : "of everybody";
}

/** Ids are one text wherever they stand, as they are when denizen makes them; every time is one of its own. */
function copyText(text: string, number: number, known: Map<string, string>): string {
  const kind = kinds.get(text) ?? kindOf(text);
  kinds.set(text, kind);
  if (kind === "of everybody") return text;
  if (kind === "time") return inOnePiece(text);
  const before = known.get(text);
  if (before !== undefined) return before;
  const [digits, hex] = [String(number).padStart(NUMBER.length, "0"), number.toString(16).padStart(8, "0")];
  const other = inOnePiece(kind === "numbered" ? text.replaceAll(NUMBER, digits) : text.slice(0, -hex.length) + hex);
  known.set(text, other);
  return other;
}

/** As text comes from a request, and not as what it was joined from. */
const inOnePiece = (text: string): string => Buffer.from(text, "latin1").toString("latin1");
