using Surety.Core.Postgres;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>Finds the tables that a person named among those of a backup.</summary>
internal static class TableSelection
{
    /// <exception cref="SuretyException">TableNotInBackup, or InvalidArgument for a name that fits several.</exception>
    public static IReadOnlyList<TableEntry> Find(BackupContents contents, IReadOnlyList<string> names) =>
        names.Select(name => Find(contents, name)).Distinct().ToList();

    private static TableEntry Find(BackupContents contents, string name)
    {
        var parts = Parts(name);
        var fitting = contents
            .Tables.Where(t => t.Name == parts[^1] && (parts.Count == 1 || t.Schema == parts[0]))
            .ToList();
        return fitting.Count switch
        {
            1 => fitting[0],
            0 => throw new SuretyException(
                ErrorCode.TableNotInBackup,
                $"the backup has no table {name}; nothing was changed",
                Similar(contents, parts[^1])
            ),
            _ => throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"several tables of the backup are called {name}; nothing was changed",
                $"name one of {string.Join(", ", fitting.Select(NameOf))}"
            ),
        };
    }

    /// <summary>One or two identifiers, folded as SQL folds them: unquoted ones to lower case.</summary>
    internal static IReadOnlyList<string> Parts(string name)
    {
        var parts = new List<string>();
        var position = 0;
        while (position <= name.Length && parts.Count < 3)
        {
            var quoted = position < name.Length && name[position] == '"';
            var end = quoted ? EndOfQuoted(name, position) : IndexOrEnd(name, position);
            var text = name[position..end];
            parts.Add(
                quoted ? Unquoted(text).Replace("\"\"", "\"", StringComparison.Ordinal) : text.ToLowerInvariant()
            );
            position = end + 1;
        }

        return parts.Count is 1 or 2 && parts.All(p => p.Length > 0)
            ? parts
            : throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"'{name}' is not the name of a table; nothing was changed",
                "write it as orders, sales.orders or \"Sales\".\"Orders\""
            );
    }

    // Only the outer quotes: one that the name begins or ends with is doubled.
    private static string Unquoted(string text) => text.Length > 1 && text[^1] == '"' ? text[1..^1] : text[1..];

    private static int EndOfQuoted(string name, int start)
    {
        var position = start + 1;
        while (position < name.Length)
        {
            if (name[position] == '"')
            {
                if (position + 1 == name.Length || name[position + 1] != '"')
                {
                    return position + 1;
                }

                position++;
            }

            position++;
        }

        return name.Length;
    }

    private static int IndexOrEnd(string name, int from) =>
        name.IndexOf('.', from) is var found and >= 0 ? found : name.Length;

    private static string Similar(BackupContents contents, string name)
    {
        var near = contents
            .Tables.Where(t =>
                t.Name.Contains(name, StringComparison.OrdinalIgnoreCase)
                || name.Contains(t.Name, StringComparison.OrdinalIgnoreCase)
            )
            .Take(5)
            .Select(NameOf)
            .ToList();
        return near.Count > 0 ? $"it has {string.Join(", ", near)}" : "see its tables with: surety show";
    }

    private static string NameOf(TableEntry table) => QualifiedName.Of(table).ToString();
}
