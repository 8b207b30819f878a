namespace Surety.Core.Migrations.Scripts;

/// <summary>
/// <c>SET standard_conforming_strings</c> changes how the rest of a script is read: the server reports the setting to psql,
/// which lexes accordingly.
/// </summary>
internal static class StringSetting
{
    /// <summary>What a statement sets it to; null where it does not.</summary>
    public static bool? After(SqlStatement statement)
    {
        var words = statement.Tokens.Take(5).Select(t => statement.Text.Substring(t.Start, Math.Min(t.Length, 40)));
        return words.Select(w => w.ToLowerInvariant()).Where(w => w is not ("session" or "local")).ToArray() switch
        {
            ["set", "standard_conforming_strings", "=" or "to", var value, ..] => value.Trim('\'')
                is not ("off" or "false"),
            ["reset", "standard_conforming_strings" or "all", ..] => true,
            _ => null,
        };
    }
}
