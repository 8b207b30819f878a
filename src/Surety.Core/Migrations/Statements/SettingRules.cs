using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>Settings that matter beyond their session, or to what is safe within it.</summary>
internal static class SettingRules
{
    /// <summary>The rule of the setting whose name, a word or a string, is at a place; null for none.</summary>
    public static Rule? Of(SqlCursor cursor, int at) =>
        NameAt(cursor, at) switch
        {
            "session_replication_role" => RuleBook.ReplicationRole,
            "role" or "session_authorization" => RuleBook.SessionIdentity,
            "zero_damaged_pages"
            or "ignore_system_indexes"
            or "ignore_checksum_failure"
            or "ignore_invalid_pages"
            or "allow_system_table_mods" => RuleBook.ServerSetting,
            // What is no plain name cannot be judged.
            null => RuleBook.DynamicSql,
            _ => null,
        };

    private static string? NameAt(SqlCursor cursor, int at) =>
        cursor.TokenAt(at).Kind switch
        {
            TokenKind.Text => cursor.TextAt(at).Trim('\'').ToString().ToLowerInvariant(),
            TokenKind.Word or TokenKind.QuotedName => cursor.PartAt(at)!.ToLowerInvariant(),
            _ => null,
        };
}
