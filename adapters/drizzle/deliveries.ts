import { deadLetters, discarding } from "./deliveries/waiting.js";
import { enlisting } from "./deliveries/enlist.js";
import { renewing } from "./deliveries/renew.js";
import { replaying } from "./deliveries/replay.js";
import { resettling } from "./deliveries/resettle.js";
import { retaking } from "./deliveries/retake.js";
import { settling } from "./deliveries/settle.js";
import { forgetting, pausing, statuses } from "./deliveries/subscribers.js";
import { taking } from "./deliveries/take.js";
import type { Names } from "./names.js";

/** Durable deliveries. Each call is one statement in a transaction of its own. */
export const deliveries = (names: Names) => ({
  enlist: enlisting(names),
  take: taking(names),
  settle: settling(names),
  retake: retaking(names),
  resettle: resettling(names),
  renew: renewing(names),
  pause: pausing(names),
  replay: replaying(names),
  discard: discarding(names),
  forget: forgetting(names),
  deadLetters: deadLetters(names),
  status: statuses(names),
});
