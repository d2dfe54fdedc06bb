import { resolve } from "node:path";

/** Root of the checkout. */
export const repository = resolve(__dirname, "..");

/** Ignored by git: what is installed, running or scratch. */
export const localFolder = resolve(repository, ".local");

/** The environment that lives in the emulated account. */
export const sandbox = "local";
