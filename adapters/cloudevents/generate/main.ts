import { writeSchemas } from "./index.js";

await writeSchemas(new URL("../schemas/", import.meta.url));
