import { isIP } from "node:net";

/**
 * A network in the form in which AWS keeps it: its first address, IPv6 in lower case and shortened (RFC 5952).
 * Undefined where the text is none.
 */
export function canonicalNetwork(block: string): string | undefined {
  const [address = "", prefix = "", ...rest] = block.split("/");
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  if (bits === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > bits || rest.length > 0) {
    return undefined;
  }
  const hostBits = BigInt(bits - Number(prefix));
  const first = (toNumber(address) >> hostBits) << hostBits;
  return `${bits === 32 ? toIpv4(first) : toIpv6(first)}/${Number(prefix)}`;
}

/** Whether a network holds the whole of another. */
export function contains(network: string, part: string): boolean {
  const [, bits = ""] = network.split("/");
  const [first, partBits] = part.split("/");
  return Number(bits) <= Number(partBits) && canonicalNetwork(`${first}/${bits}`) === canonicalNetwork(network);
}

function toNumber(address: string): bigint {
  const [parts, width] = isIP(address) === 4 ? [address.split(".").map(Number), 8n] : [hextets(address), 16n];
  return parts.reduce((sum, part) => (sum << width) + BigInt(part), 0n);
}

function toIpv4(number: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join(".");
}

function toIpv6(number: bigint): string {
  const parts = Array.from({ length: 8 }, (_, index) => (number >> BigInt(16 * (7 - index))) & 0xffffn);
  return shortened(parts.map((part) => part.toString(16)).join(":"));
}

/** The eight numbers of an IPv6 address. */
function hextets(address: string): number[] {
  const [head = "", tail] = shortened(address).split("::");
  const numbers = (text: string): number[] => (text === "" ? [] : text.split(":").map((part) => parseInt(part, 16)));
  const [before, after] = [numbers(head), numbers(tail ?? "")];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** An IPv6 address as URLs write it, which is that of RFC 5952. */
function shortened(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
