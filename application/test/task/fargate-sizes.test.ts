import { expect } from "chai";
import * as fc from "fast-check";
import { fargateSizes, isFargateSize, nearestSizes } from "../../task/fargate-sizes";

const anySize = fc.record({ cpu: fc.integer({ min: 1, max: 65536 }), memory: fc.integer({ min: 1, max: 500_000 }) });

describe("Fargate sizes", () => {
  it("are those that AWS lists, at their ends and steps", () => {
    const yes = [
      [256, 512],
      [256, 2048],
      [512, 1024],
      [512, 4096],
      [1024, 2048],
      [2048, 16384],
      [4096, 30720],
      [8192, 20480],
      [16384, 122880],
      [32768, 249856],
    ] as const;
    const no = [
      [256, 4096],
      [512, 512],
      [1024, 1024],
      [2048, 4097],
      [4096, 31744],
      [8192, 17408],
      [16384, 36864],
      [3000, 8192],
    ] as const;
    expect(yes.filter(([cpu, memory]) => !isFargateSize({ cpu, memory }))).to.deep.equal([]);
    expect(no.filter(([cpu, memory]) => isFargateSize({ cpu, memory }))).to.deep.equal([]);
  });

  it("have 1 to 8 GiB of memory for each vCPU, but at the very small and very large end", () => {
    for (const { cpu, memory } of fargateSizes) {
      expect(memory / cpu).to.be.within(32768 === cpu ? 1.8 : 2, 8);
    }
  });

  it("propose only sizes that exist, none nearer left out, and the size itself where it exists", () => {
    fc.assert(
      fc.property(anySize, (size) => {
        const near = nearestSizes(size, 3);
        const far = (other: { cpu: number; memory: number }): number =>
          Math.abs(Math.log2(other.cpu / size.cpu)) + Math.abs(Math.log2(other.memory / size.memory));
        const farthest = Math.max(...near.map(far));
        expect(near.every(isFargateSize)).to.equal(true);
        expect(near).to.have.length(3);
        expect(fargateSizes.filter((each) => far(each) < farthest).length).to.be.at.most(2);
        expect(isFargateSize(size)).to.equal(near[0]?.cpu === size.cpu && near[0].memory === size.memory);
      }),
    );
  });
});
