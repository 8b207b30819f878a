using System.Globalization;
using System.Text;

namespace Surety.Core.Postgres.Tools;

/// <summary>The configuration of a server whose data nobody will miss: speed before safety.</summary>
internal static class ScratchSettings
{
    private static readonly Dictionary<string, string> Usual = new(StringComparer.OrdinalIgnoreCase)
    {
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
        ["wal_level"] = "minimal",
        ["max_wal_senders"] = "0",
        ["max_wal_size"] = "4GB",
        ["shared_buffers"] = "128MB",
        ["log_min_messages"] = "warning",
        ["logging_collector"] = "off",
        ["listen_addresses"] = "",
    };

    /// <summary>Lines for the end of postgresql.conf, where the last value of a setting wins.</summary>
    public static string Write(string folder, int? loopbackPort, IReadOnlyDictionary<string, string> chosen)
    {
        var settings = new SortedDictionary<string, string>(Usual, StringComparer.OrdinalIgnoreCase)
        {
            ["unix_socket_directories"] = folder,
        };
        if (loopbackPort is { } port)
        {
            settings["listen_addresses"] = "127.0.0.1";
            settings["port"] = port.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in chosen)
        {
            settings[name] = value;
        }

        var text = new StringBuilder();
        foreach (var (name, value) in settings)
        {
            text.Append(name).Append(" = '").Append(Quote(value)).Append("'\n");
        }

        return text.ToString();
    }

    // PostgreSQL manual 20.1.2: a quote is doubled; a backslash starts an escape.
    private static string Quote(string value) =>
        value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
}
