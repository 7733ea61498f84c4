/** At least one character that is more than white space, an invisible joiner, or a letter or sign that is drawn as nothing. */
export const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;
