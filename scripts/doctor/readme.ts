/** What the reader of a bundle sees first. */
export function readme(env: string, at: Date, notes: string[]): string {
  return [
    `Written by \`make doctor ENV=${env}\` at ${at.toISOString()}, from what the caller could read.`,
    ``,
    `What was noticed to be a secret reads "[masked: ...]", with its name or what it looked like. masked.json says where,`,
    `without values. Look through the files before you send them: what has neither a secret's name nor its look, and is in`,
    `no secret setting and no state of Pulumi, can't be noticed.`,
    ``,
    ...(notes.length > 0
      ? [`What isn't here, and why:`, ...notes.map((note) => `- ${note}`)]
      : [`Nothing is missing.`]),
  ].join("\n");
}
