export type Prompts = typeof import("@inquirer/prompts");

/** Asks whoever is at the terminal. The library is loaded only then. */
export async function prompt<T>(ask: (prompts: Prompts) => Promise<T>): Promise<T> {
  try {
    return await ask(await import("@inquirer/prompts"));
  } catch (error) {
    if (error instanceof Error && error.name === "ExitPromptError") {
      throw new Error("Interrupted: nothing was written.");
    }
    throw error;
  }
}
