import { AggregateRoot, defineAggregate, domainError, err, event, ok, personalEvent } from "denizen";
import type { DomainError, Result, UsernameConfusable, UsernameTaken } from "denizen";

/** A username, and what it looks like: nobody may take one that can be taken for another's. */
export interface Claim {
  readonly username: string;
  readonly skeleton: string;
}

/** Nothing at first: an account has a profile before its owner has said who he is. */
type ProfileState = { readonly claim: Claim | null };

const profileEvents = {
  "profile-created": event(),
  "profile-renamed": personalEvent<{ username: string; skeleton: string }>()("username", "skeleton"),
  /** Its owner was erased, and his name is free again. */
  "profile-forgotten": event(),
} as const;

const [SHORTEST, LONGEST] = [5, 20];

export class Profile extends AggregateRoot<ProfileState, typeof profileEvents> {
  begin() {
    return ok(this.record("profile-created", {}));
  }

  rename({ username, skeleton }: Claim): Result<void, UsernameRefused> {
    const length = [...username].length;
    if (length < SHORTEST) return err(refused("too-short"));
    if (length > LONGEST) return err(refused("too-long"));
    return ok(this.state.claim?.username === username ? undefined : this.record("profile-renamed", { username, skeleton }));
  }

  forget() {
    return ok(this.record("profile-forgotten", {}));
  }
}

/** One of denizen's own errors, for a rule of this app's. */
export type UsernameRefused = DomainError<"username-invalid"> & { readonly reason: "too-short" | "too-long" };

const refused = (reason: UsernameRefused["reason"]): UsernameRefused =>
  domainError("username-invalid", `A username has ${SHORTEST} to ${LONGEST} characters.`, { reason });

type Taken = UsernameTaken | UsernameConfusable;

/** A profile has the id of its account: there is one for each, and no second one can be made. */
export const profiles = defineAggregate<ProfileState>()({
  kind: "profile",
  events: profileEvents,
  subject: (id) => id,
  evolve: (_, { type, payload }) => ({ claim: type === "profile-renamed" ? claimIn(payload) : null }),
  identifiers: ({ claim }) =>
    claim === null
      ? []
      : [
          { kind: "username", key: claim.username },
          { kind: "username-skeleton", key: claim.skeleton },
        ],
  taken: {
    username: (username): Taken => domainError("username-taken", "this username is taken", { username }),
    "username-skeleton": (): Taken => domainError("username-confusable", "this username looks like one that is taken"),
  },
  from: (root) => new Profile(root),
  create: (profile) => profile.begin(),
});

/** Of a profile whose owner was erased the log does not know the name any more. */
const claimIn = ({ username, skeleton }: Erasable<Claim>): Claim | null =>
  username === undefined || skeleton === undefined ? null : { username, skeleton };

type Erasable<T> = { readonly [Name in keyof T]?: T[Name] | undefined };
