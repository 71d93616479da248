import { contractOn } from "./contract-on.js";

contractOn("postgres.js");
