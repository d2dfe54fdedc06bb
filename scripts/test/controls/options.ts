import type { Layer } from "@selfhosted/common/layer";
import { accountId, rsaPair } from "@selfhosted/common/testing";
import { authorities } from "../../../infrastructure/test/config/authorities";
import type { Settings } from "../../controls/recorded";

/** Every option of a control, and what makes the things that other controls are about. */
export const options: Record<Layer, Required<Settings>> = {
  infrastructure: {
    config: {
      databaseBacktrackHours: 24,
      databaseCaCertificate: authorities.location,
      databasePerformanceInsights: true,
      databasePort: 3307,
      bucketObjectLockDays: 7,
      bucketReplicationRegion: "eu-west-1",
      searchEnabled: true,
      searchInstanceCount: 3,
      searchMasterCount: 3,
      endpointsEnabled: true,
      endpointsExtraServices: ["ssm"],
      backupEnabled: true,
      backupCopyVaultArn: `arn:aws:backup:eu-west-1:${accountId}:backup-vault:copies`,
    },
    secrets: {},
  },
  application: {
    config: {
      certificateArn: undefined,
      certificateZoneId: "Z0PUBLICZONE",
      readOnlyRootFilesystem: true,
      apiUser: "1000",
      consoleUser: "1000",
      migrationUser: "1000",
      apiTlsCertificate: rsaPair.certificate,
      consoleTlsCertificate: rsaPair.certificate,
    },
    secrets: { apiTlsPrivateKey: rsaPair.privateKey, consoleTlsPrivateKey: rsaPair.privateKey },
  },
  dns: {
    config: { queryLogGroupArn: `arn:aws:logs:us-east-1:${accountId}:log-group:/aws/route53/example.com` },
    secrets: {},
  },
};
