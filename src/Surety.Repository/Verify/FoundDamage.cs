using System.Collections.Concurrent;
using Surety.Repository.Manifests;

namespace Surety.Repository.Verify;

/// <summary>Every damaged piece and the backups that it hurts. Objects are reported by many threads at once.</summary>
internal sealed class FoundDamage
{
    private readonly ConcurrentDictionary<string, string> reasons = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> backups = new(StringComparer.Ordinal);

    public bool IsEmpty => reasons.IsEmpty;

    /// <summary>The first reason counts.</summary>
    public void Report(string piece, string reason) => reasons.TryAdd(piece, reason);

    /// <summary>Not by several threads at once.</summary>
    public void Report(string piece, string reason, string backup)
    {
        Report(piece, reason);
        HurtBy(piece).Add(backup);
    }

    /// <summary>Names a backup for each of its objects that is damaged.</summary>
    public void NameBackup(Manifest manifest, BackupContents contents)
    {
        foreach (var id in NamedObjects.Of(manifest, contents).Distinct())
        {
            if (reasons.ContainsKey(id.ToString()))
            {
                HurtBy(id.ToString()).Add(manifest.Id.ToString());
            }
        }
    }

    public IReadOnlyList<VerifyDamage> ToList() =>
        [
            .. reasons
                .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => new VerifyDamage(
                    entry.Key,
                    [.. backups.GetValueOrDefault(entry.Key, []).Order(StringComparer.Ordinal)],
                    entry.Value
                )),
        ];

    private List<string> HurtBy(string piece)
    {
        if (!backups.TryGetValue(piece, out var hurt))
        {
            backups.Add(piece, hurt = []);
        }

        return hurt;
    }
}
