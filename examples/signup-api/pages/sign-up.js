import { byId, onPress, say, typedIn } from "./form.js";

const form = byId("sign-up");

onPress(form, byId("sign-up-button"), {
  path: "/api/v1/signup/",
  body: () => ({ ...typedIn(form), hobbies: hobbiesIn(form.elements.hobbies.value) }),
  done: () => {
    form.reset();
    say(form, "A mail is on its way. Open it, and follow its link to confirm your address.");
  },
});

const hobbiesIn = (text) =>
  text
    .split(",")
    .map((hobby) => hobby.trim())
    .filter((hobby) => hobby !== "");
