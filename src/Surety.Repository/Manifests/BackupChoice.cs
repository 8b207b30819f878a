using Surety.Repository.Errors;

namespace Surety.Repository.Manifests;

/// <summary>Finds the backup that a person meant, and never a neighbour of it.</summary>
public static class BackupChoice
{
    public const string Latest = "latest";

    private const int CandidatesShown = 8;

    /// <summary>The backup that is meant.</summary>
    /// <param name="wanted">Id, any unique prefix of it, or <see cref="Latest"/>.</param>
    /// <param name="database">Whose latest, and which one where a prefix fits several; null for any.</param>
    /// <param name="all">Those to choose from.</param>
    /// <param name="location">Where that is, for messages.</param>
    /// <exception cref="SuretyException">BackupNotFound, BackupAmbiguous, or that of a manifest that may be the one.</exception>
    public static Manifest Choose(string wanted, string? database, ManifestList all, string location) =>
        wanted == Latest ? ChooseLatest(database, all, location) : ChooseByPrefix(wanted, database, all, location);

    /// <summary>Says that there is no such backup.</summary>
    public static SuretyException NotFound(string wanted, string location) =>
        new(ErrorCode.BackupNotFound, $"there is no backup {wanted} in {location}", "show what there is: surety list")
        {
            Object = wanted,
        };

    private static Manifest ChooseLatest(string? database, ManifestList all, string location)
    {
        var latest = all.LastOrDefault(m => database is null || m.Database == database);

        // Taking the one before instead would bring back an older state than was asked for.
        var newer = all.Damaged.LastOrDefault(d =>
            latest is null || string.CompareOrdinal(d.Backup, latest.Id.ToString()) > 0
        );
        if (newer is not null)
        {
            throw Unusable($"the latest backup may be {newer.Backup}", newer);
        }

        return latest ?? throw NotFound(database is null ? Latest : $"of database {database}", location);
    }

    private static Manifest ChooseByPrefix(string prefix, string? database, ManifestList all, string location)
    {
        bool Fits(string id) => prefix.Length > 0 && id.StartsWith(prefix, StringComparison.Ordinal);

        var found = all.Where(m => Fits(m.Id.ToString())).ToList();
        if (all.Damaged.FirstOrDefault(d => Fits(d.Backup)) is { } damaged)
        {
            throw Unusable($"{prefix} fits {damaged.Backup}", damaged);
        }

        if (found.Count > 1 && database is not null)
        {
            found = found.FindAll(m => m.Database == database) is { Count: > 0 } narrowed ? narrowed : found;
        }

        return found switch
        {
            [] => throw NotFound(prefix, location),
            [var only] => only,
            _ => throw Ambiguous(prefix, found),
        };
    }

    private static SuretyException Unusable(string claim, DamagedManifest damaged) =>
        new(
            damaged.Error.Code,
            $"{claim}, which cannot be used: {damaged.Reason}",
            "name another backup by its whole id (surety list), or repair that one",
            damaged.Error
        )
        {
            Object = damaged.Name,
        };

    private static SuretyException Ambiguous(string prefix, List<Manifest> found)
    {
        var shown = string.Join(", ", found.Take(CandidatesShown).Select(m => m.Id));
        var rest = found.Count > CandidatesShown ? $" and {found.Count - CandidatesShown} more" : "";
        return new SuretyException(
            ErrorCode.BackupAmbiguous,
            $"{prefix} fits {found.Count} backups: {shown}{rest}",
            "give more of the id"
        )
        {
            Object = prefix,
        };
    }
}
