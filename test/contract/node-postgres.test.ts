import { contractOn } from "./contract-on.js";

contractOn("node-postgres");
