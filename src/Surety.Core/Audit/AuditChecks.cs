using Surety.Repository.Journal;

namespace Surety.Core.Audit;

/// <summary>Verifications of a period: the repository's own bytes, read and hashed.</summary>
/// <param name="Sound">How many found everything as it was written.</param>
/// <param name="Failed">How many found damage, or did not come to their end.</param>
/// <param name="NewestSoundAt">When the newest of the sound ones ended; null for none.</param>
/// <param name="BytesRead">By all of them.</param>
public sealed record AuditChecks(int Sound, int Failed, DateTimeOffset? NewestSoundAt, long BytesRead)
{
    internal const string VerifyOperation = "verify";

    internal static AuditChecks Of(IReadOnlyList<JournalRecord> records)
    {
        var checks = records.Where(record => record.Operation == VerifyOperation).ToList();
        return new AuditChecks(
            checks.Count(record => record.Succeeded),
            checks.Count(record => record.Outcome == JournalRecord.Failed),
            checks.LastOrDefault(record => record.Succeeded)?.FinishedAt,
            (long)checks.Sum(record => record.Figure("bytesRead") ?? 0)
        );
    }
}
