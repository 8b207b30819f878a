using Surety.Core.Postgres;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>Settings of a database, or of a role in it, as statements.</summary>
internal static class DatabaseSettings
{
    // Their values are lists of quoted names and must be given as such: pg_dump's variable_is_guc_list_quote().
    private static readonly string[] Lists =
    [
        "local_preload_libraries",
        "search_path",
        "session_preload_libraries",
        "shared_preload_libraries",
        "temp_tablespaces",
        "unix_socket_directories",
    ];

    public static string AlterSql(string database, SettingEntry setting)
    {
        var of = setting.Role is { } role
            ? $"ALTER ROLE {SqlText.Identifier(role)} IN DATABASE {SqlText.Identifier(database)}"
            : $"ALTER DATABASE {SqlText.Identifier(database)}";
        return $"{of} SET {Name(setting.Name)} TO {Value(setting)}";
    }

    // A custom setting's name has dots between its parts.
    private static string Name(string name) => string.Join('.', name.Split('.').Select(SqlText.Identifier));

    private static string Value(SettingEntry setting) =>
        Lists.Contains(setting.Name, StringComparer.OrdinalIgnoreCase)
            ? string.Join(", ", Names(setting.Value).DefaultIfEmpty("").Select(SqlText.Literal))
            : SqlText.Literal(setting.Value);

    /// <summary>Takes a list of identifiers apart: <c>"$user", public</c>.</summary>
    internal static IEnumerable<string> Names(string list)
    {
        var position = 0;
        while (position < list.Length)
        {
            var end = list[position] == '"' ? EndOfQuoted(list, position) : IndexOrEnd(list, ',', position);
            var item = list[position..end].Trim();
            yield return item.StartsWith('"') ? item[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : item;
            position = IndexOrEnd(list, ',', end) + 1;
            while (position < list.Length && list[position] == ' ')
            {
                position++;
            }
        }
    }

    private static int EndOfQuoted(string list, int start)
    {
        for (var i = start + 1; i < list.Length; i++)
        {
            if (list[i] != '"')
            {
                continue;
            }

            if (i + 1 == list.Length || list[i + 1] != '"')
            {
                return i + 1;
            }

            i++;
        }

        return list.Length;
    }

    private static int IndexOrEnd(string list, char wanted, int from) =>
        list.IndexOf(wanted, from) is var found and >= 0 ? found : list.Length;
}
