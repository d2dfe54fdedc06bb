import { expect } from "chai";
import { refuseDowngrade } from "../lib/release";

describe("a release", () => {
  const serving = "20251103-204-signed";

  for (const older of ["20250901-101-signed", "20251103-203-signed", "20251103-99-signed"]) {
    it(`${older} is refused after ${serving}`, () => {
      expect(() => refuseDowngrade(serving, older)).to.throw(`${older} is older than ${serving}, which is serving`);
    });
  }

  for (const fine of [serving, "20251103-205-signed", "20251103-1000-signed", "20260105-317-signed", "hotfix"]) {
    it(`${fine} may follow ${serving}`, () => {
      expect(() => refuseDowngrade(serving, fine)).not.to.throw();
    });
  }
});
