namespace Surety.Repository.Manifests;

/// <summary>What a backup is limited to that does not hold its whole database.</summary>
/// <param name="OnlySchemas">Those of <c>--schema</c>; empty for all.</param>
/// <param name="ExcludedSchemas">Those of <c>--exclude-schema</c>.</param>
public sealed record BackupScope(IReadOnlyList<string> OnlySchemas, IReadOnlyList<string> ExcludedSchemas)
{
    /// <summary>Null where neither names a schema: that is the whole database.</summary>
    public static BackupScope? Of(IReadOnlyList<string> only, IReadOnlyList<string> excluded) =>
        only.Count + excluded.Count == 0 ? null : new BackupScope(only, excluded);

    /// <summary>The same for scopes that hold the same, whatever the order of their schemas.</summary>
    public static string KeyOf(BackupScope? scope) =>
        scope is null
            ? ""
            : $"{string.Join('\0', scope.OnlySchemas.Order(StringComparer.Ordinal))}\0\0"
                + string.Join('\0', scope.ExcludedSchemas.Order(StringComparer.Ordinal));

    /// <summary>In words: <c>only sales, without drafts</c>.</summary>
    public override string ToString()
    {
        string[] limits =
        [
            .. OnlySchemas.Count == 0 ? [] : (string[])[$"only {string.Join(", ", OnlySchemas)}"],
            .. ExcludedSchemas.Count == 0 ? [] : (string[])[$"without {string.Join(", ", ExcludedSchemas)}"],
        ];
        return string.Join(", ", limits);
    }
}
