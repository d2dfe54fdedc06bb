import { basename } from "node:path";
import { command, requireEnv } from "../command";

/** `make doctor`: what support needs to know, without secrets. */
command({ env: { type: "string" } }, async (args) => {
  const name = requireEnv(args.env);
  console.error(`${name}: collecting what support needs to know …`);
  const { diagnose } = await import("../doctor/doctor");
  const { file, files, notes } = await diagnose(name);
  const count = files.reduce((sum, { masked }) => sum + masked.length, 0);
  console.log(`${basename(file)}, which only you may read:`);
  files.forEach(({ path, text }) => console.log(`  ${path.padEnd(32)} ${size(text)}`));
  if (notes.length > 0) {
    console.log(`\nNot in it, or not as it should be:`);
    notes.forEach((note) => console.log(`- ${note}`));
  }
  console.log(
    `\n${count} secrets were masked; masked.json says where. Look through the files before you send them: tar xzf ${basename(file)}`,
  );
  return 0;
});

function size(text: string): string {
  const bytes = Buffer.byteLength(text);
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} KiB`;
}
