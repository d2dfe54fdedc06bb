import { expect } from "chai";
import * as fc from "fast-check";
import { currentAt, type Version } from "../../restore/objects/versions";

const key = "stacks/a.json";
const at = (second: number): Date => new Date(Date.UTC(2026, 0, 5, 10) + second * 1000);

/** What happens to an object, each later than the one before. */
interface Write {
  /** Whole seconds, as S3 says. */
  second: number;
  content: string | undefined;
}

/** The versions as S3 lists them: objects and delete markers apart, the newest first. */
function listed(writes: Write[]): Version[] {
  const all = writes.map(({ second, content }, index): Version => ({
    ...{
      key,
      versionId: content ?? `deleted-${index}`,
      writtenAt: at(second),
      isMarker: content === undefined,
      size: 1,
    },
  }));
  const newest = all.reverse();
  return [...newest.filter(({ isMarker }) => !isMarker), ...newest.filter(({ isMarker }) => isMarker)];
}

describe("the version of an object at a moment", () => {
  const of = (writes: Write[], second: number): string | undefined => currentAt(listed(writes), at(second))?.versionId;

  it("is what was written last until then", () => {
    const writes = [1, 3, 5].map((second) => ({ second, content: `v${second}` }));
    expect([0, 1, 2, 3, 4, 5, 6].map((second) => of(writes, second))).to.deep.equal([
      undefined,
      "v1",
      "v1",
      "v3",
      "v3",
      "v5",
      "v5",
    ]);
  });

  it("is none while the object was deleted, and is another once it was written again", () => {
    const writes = [
      { second: 1, content: "v1" },
      { second: 2, content: undefined },
      { second: 4, content: "v4" },
    ];
    expect([1, 2, 3, 4].map((second) => of(writes, second))).to.deep.equal(["v1", undefined, undefined, "v4"]);
  });

  it("is what S3 lists first of those of one second, and an object rather than a delete marker", () => {
    const second = 1;
    expect(
      of(
        [
          { second, content: "v1" },
          { second, content: "v2" },
        ],
        1,
      ),
    ).to.equal("v2");
    expect(
      of(
        [
          { second, content: "v1" },
          { second, content: undefined },
        ],
        1,
      ),
    ).to.equal("v1");
  });

  it("is that of a bucket that nobody wrote to from that moment on, whatever was written", () => {
    const writes = fc
      .array(fc.record({ wait: fc.integer({ min: 1, max: 3 }), isDeletion: fc.boolean() }), { maxLength: 12 })
      .map((steps) => {
        let second = 0;
        return steps.map(({ wait, isDeletion }, index): Write => {
          second += wait;
          return { second, content: isDeletion ? undefined : `v${index}` };
        });
      });
    fc.assert(
      fc.property(writes, fc.integer({ min: 0, max: 40 }), (all, moment) => {
        const last = all.filter(({ second }) => second <= moment).at(-1);
        expect(of(all, moment)).to.equal(last?.content);
      }),
    );
  });
});
