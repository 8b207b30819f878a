using System.Text;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres;

/// <summary>
/// The three forms in which people name a database: a URL, a keyword string, a bare name. Read into libpq's parameters,
/// which nobody has checked yet. Source: PostgreSQL manual, 34.1.1 "Connection Strings".
/// </summary>
internal static class ConnectionText
{
    public static Dictionary<string, string> Read(string text)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["postgresql://", "postgres://"])
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return ReadUrl(text[scheme.Length..]);
            }
        }
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator > 0 && text[..separator].All(char.IsAsciiLetterOrDigit))
        {
            throw ConnectionTargetParser.Invalid(
                $"a database URL can't start with {text[..separator]}://",
                "start it with postgres://"
            );
        }

        if (text.Contains('=', StringComparison.Ordinal))
        {
            return ConnectionKeywords.Read(text);
        }

        return text.Length == 0 ? [] : new() { ["dbname"] = text };
    }

    /// <summary>What follows the scheme: <c>[user[:password]@][host[:port]][/database][?name=value&amp;...]</c>.</summary>
    private static Dictionary<string, string> ReadUrl(string url)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var (beforeQuery, query) = Split(url, '?');
        var (authority, database) = Split(beforeQuery, '/');
        // The last one: no host holds an @, and people forget to encode it in passwords.
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var (user, password) = Split(authority[..at], ':');
            Add(settings, "user", user);
            Add(settings, "password", password);
        }
        AddHost(settings, authority[(at + 1)..]);
        Add(settings, "dbname", database);
        foreach (var parameter in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            AddParameter(settings, parameter);
        }

        return settings;
    }

    private static void AddHost(Dictionary<string, string> settings, string hostAndPort)
    {
        if (!hostAndPort.StartsWith('['))
        {
            var (host, port) = Split(hostAndPort, ':');
            Add(settings, "host", host);
            Add(settings, "port", port);
            return;
        }
        var close = hostAndPort.IndexOf(']', StringComparison.Ordinal);
        if (close < 0 || hostAndPort[(close + 1)..] is not ("" or [':', ..]))
        {
            throw ConnectionTargetParser.Invalid(
                "the IPv6 address in the database URL is not closed by a bracket",
                "write it as [::1] or [::1]:5432"
            );
        }

        Add(settings, "host", hostAndPort[1..close]);
        Add(settings, "port", hostAndPort[(close + 1)..].TrimStart(':'));
    }

    private static void AddParameter(Dictionary<string, string> settings, string parameter)
    {
        var (name, value) = Split(parameter, '=');
        name = Decode(name, "a parameter's name");
        if (value is null)
        {
            throw ConnectionTargetParser.Invalid(
                $"the connection parameter \"{name}\" has no value",
                "write it as name=value; a ? or & within a password must be written as %3F or %26"
            );
        }
        // As libpq does for URLs made for JDBC.
        if (name == "ssl" && value == "true")
        {
            (name, value) = ("sslmode", "require");
        }

        settings[name] = Decode(value, name);
    }

    private static void Add(Dictionary<string, string> settings, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            settings[name] = Decode(value, name);
        }
    }

    private static (string Before, string? After) Split(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    private static string Decode(string text, string name)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
                continue;
            }
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                throw Malformed(name);
            }

            bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
            i += 2;
        }
        return bytes.Contains(0) ? throw Malformed(name) : Encoding.UTF8.GetString([.. bytes]);
    }

    private static SuretyException Malformed(string name) =>
        ConnectionTargetParser.Invalid(
            $"the percent-encoding of \"{name}\" in the database URL is malformed",
            "write a literal % as %25"
        );
}
