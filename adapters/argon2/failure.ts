import { domainError } from "denizen";
import type { HasherFailed } from "denizen/ports";

/** The message never repeats the password, the stored hash or a key: whoever logs the error logs it. */
export const hasherFailed = (reason: string): HasherFailed => domainError("hasher-failed", reason);
